package inuse.junit;

import inuse.java.Diagnosis;
import inuse.java.Inuse;
import inuse.java.InuseException;
import inuse.java.Verdict;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Asks about the ports of {@link RequiresFreePort}. */
public final class FreePortExtension implements BeforeAllCallback, BeforeEachCallback {
  /** Jupiter makes it. */
  public FreePortExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    check(context.getRequiredTestClass(), context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    check(context.getRequiredTestMethod(), context);
  }

  private static void check(AnnotatedElement element, ExtensionContext context) {
    Optional<RequiresFreePort> required =
        AnnotationSupport.findAnnotation(element, RequiresFreePort.class);
    if (required.isEmpty()) {
      return;
    }
    TestPorts.of(context).require(required.get().value());
    List<String> taken = new ArrayList<>();
    for (int port : required.get().value()) {
      whyNot(port).ifPresent(taken::add);
    }
    if (!taken.isEmpty()) {
      String message = String.join("\n", taken);
      context.publishReportEntry(RefusedBindExtension.ENTRY, message);
      if (required.get().skip()) {
        throw new TestAbortedException(message);
      }
      throw new AssertionFailedError(message);
    }
  }

  /** Why a Java server cannot bind there; empty where it can. */
  private static Optional<String> whyNot(int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
    }
    try {
      Diagnosis diagnosis = Inuse.ask(String.valueOf(port));
      Verdict verdict = diagnosis.verdict();
      if (verdict != Verdict.UNKNOWN) {
        return verdict == Verdict.FREE || verdict == Verdict.FREE_WITH_REUSEADDR
            ? Optional.empty()
            : Optional.of((diagnosis.summary() + "\n" + diagnosis.wayOut()).strip());
      }
      return refusal(port).map(why -> why + "; " + diagnosis.summary());
    } catch (InuseException e) {
      return refusal(port)
          .map(why -> why + "; what holds it could not be found out: " + e.getMessage());
    }
  }

  /** By a bind that never listens, as a Java server would bind. */
  private static Optional<String> refusal(int port) {
    try (SocketChannel socket = SocketChannel.open()) {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(new InetSocketAddress(port));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(port + " cannot be bound: " + e.getMessage());
    }
  }
}
