package inuse.jvm;

import static inuse.kernel.abi.Constants.SIGCONT;
import static inuse.kernel.abi.Constants.SIGHUP;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SIGTSTP;
import static inuse.kernel.abi.Constants.SIGWINCH;

import inuse.kernel.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Writes this JVM's signals into a pipe. The JVM handles signals in threads of its own, which the
 * signal mask of no other thread affects. Uses {@code sun.misc.Signal} of jdk.unsupported, the only
 * way that a JVM offers; by reflection, since each mention of it is a warning that cannot be turned
 * off.
 */
final class CaughtSignals {
  /** SIGPIPE is missing, which a JVM ignores from the start, and SIGQUIT, which it keeps. */
  private static final Map<Integer, String> NAMES =
      Map.of(
          SIGHUP, "HUP", SIGINT, "INT", SIGTERM, "TERM", SIGTSTP, "TSTP", SIGCONT, "CONT", SIGWINCH,
          "WINCH");

  /** sizeof(struct signalfd_siginfo). */
  private static final int RECORD_BYTES = 128;

  private final Class<?> signalType;
  private final Class<?> handlerType;
  private final Method handle;
  private final OutputStream pipe;

  private CaughtSignals(OutputStream pipe) throws ReflectiveOperationException {
    this.pipe = pipe;
    signalType = Class.forName("sun.misc.Signal");
    handlerType = Class.forName("sun.misc.SignalHandler");
    handle = signalType.getMethod("handle", signalType, handlerType);
  }

  /**
   * Writes each of these signals into the pipe from now on, as a struct signalfd_siginfo with
   * nothing but its number. Once the pipe has no reader, they do what they did before.
   *
   * @return whether this JVM lets them be caught; with {@code -Xrs} it does not
   */
  static boolean write(OutputStream pipe, int... signals) {
    try {
      CaughtSignals caught = new CaughtSignals(pipe);
      for (int signal : signals) {
        String name = NAMES.get(signal);
        if (name != null) {
          caught.install(name, signal);
        }
      }
      return true;
    } catch (ReflectiveOperationException refused) {
      return false;
    }
  }

  @SuppressWarnings("ReferenceEquality") // what equals(Object) of the handler is
  private void install(String name, int number) throws ReflectiveOperationException {
    Object signal = signalType.getConstructor(String.class).newInstance(name);
    Object ignored = handlerType.getField("SIG_IGN").get(null);
    Object[] before = {ignored};
    Object ours =
        Proxy.newProxyInstance(
            handlerType.getClassLoader(),
            new Class<?>[] {handlerType},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> caught(number, before[0], method, arguments);
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> "a byte in a pipe";
                });
    before[0] = handle.invoke(null, signal, ours);
    if (before[0].equals(ignored)) {
      // A signal that is ignored stays ignored, as under nohup(1).
      handle.invoke(null, signal, ignored);
    }
  }

  private Object caught(int number, Object before, Method method, Object[] arguments)
      throws ReflectiveOperationException {
    try {
      byte[] info = new byte[RECORD_BYTES];
      Bytes.putInt(info, 0, number);
      pipe.write(info);
      return arguments[0];
    } catch (IOException nobodyReads) {
      method.invoke(before, arguments);
      return arguments[0];
    }
  }
}
