package inuse.spring.boot;

import java.net.BindException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** What a failure and its causes say about a bind that was refused. */
final class RefusedBind {
  private RefusedBind() {}

  /** Whether the failure, or a cause of it, is that a socket could not be bound. */
  static boolean isIn(Throwable failure) {
    return port(failure).isPresent()
        || chain(failure).stream().anyMatch(cause -> cause instanceof BindException);
  }

  /** The port, where an exception of Spring Boot's says it. */
  static OptionalInt port(Throwable failure) {
    for (Throwable cause : chain(failure)) {
      OptionalInt port = portOf(cause);
      if (port.isPresent()) {
        return port;
      }
    }
    return OptionalInt.empty();
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    // A cause can be one of those above it.
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  /**
   * By name: ConnectorStartFailedException is in another package since Spring Boot 4, and there an
   * application without a web server has neither class.
   */
  private static OptionalInt portOf(Throwable cause) {
    for (Class<?> type = cause.getClass(); type != null; type = type.getSuperclass()) {
      String name = type.getName();
      if (name.startsWith("org.springframework.boot.")
          && (name.endsWith(".PortInUseException")
              || name.endsWith(".ConnectorStartFailedException"))) {
        try {
          return OptionalInt.of((int) type.getMethod("getPort").invoke(cause));
        } catch (ReflectiveOperationException e) {
          return OptionalInt.empty();
        }
      }
    }
    return OptionalInt.empty();
  }
}
