package inuse.maven;

import inuse.java.HeldPort;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.maven.execution.AbstractExecutionListener;
import org.apache.maven.execution.ExecutionListener;
import org.apache.maven.execution.MavenExecutionRequest;
import org.jspecify.annotations.Nullable;

/**
 * The held ports of one build, which end with it: a Maven that goes on, such as a daemon or that of
 * an IDE, keeps none of them.
 */
final class BuildPorts {
  /** By the request, which is the same object in all threads of a parallel build. */
  private static final IdentityHashMap<MavenExecutionRequest, BuildPorts> BUILDS =
      new IdentityHashMap<>();

  private final Map<String, HeldPort> ports = new HashMap<>();

  private BuildPorts() {}

  /** Those of the build that this request asked for. */
  static BuildPorts of(MavenExecutionRequest request) {
    synchronized (BUILDS) {
      BuildPorts ports = BUILDS.get(request);
      if (ports == null) {
        ports = new BuildPorts();
        BUILDS.put(request, ports);
        // A plugin that is no extension is told of the end in no other way.
        request.setExecutionListener(
            endingWith(request.getExecutionListener(), () -> end(request)));
      }
      return ports;
    }
  }

  /** The one that was taken under that name in this build, or one that is taken now. */
  synchronized HeldPort named(String name) {
    return ports.computeIfAbsent(name, _name -> HeldPort.take());
  }

  private synchronized void close() {
    ports.values().forEach(HeldPort::close);
    ports.clear();
  }

  private static void end(MavenExecutionRequest request) {
    synchronized (BUILDS) {
      BuildPorts ports = BUILDS.remove(request);
      if (ports != null) {
        ports.close();
      }
    }
  }

  /** That listener, and something to do when it has been told that the build is over. */
  static ExecutionListener endingWith(@Nullable ExecutionListener listener, Runnable end) {
    ExecutionListener told = listener == null ? new AbstractExecutionListener() : listener;
    return (ExecutionListener)
        Proxy.newProxyInstance(
            ExecutionListener.class.getClassLoader(),
            new Class<?>[] {ExecutionListener.class},
            (_proxy, method, arguments) -> {
              try {
                return method.invoke(told, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (method.getName().equals("sessionEnded")) {
                  end.run();
                }
              }
            });
  }
}
