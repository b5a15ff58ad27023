package inuse.junit;

import inuse.java.Diagnosis;
import inuse.java.Explanation;
import inuse.java.Inuse;
import inuse.java.InuseException;
import inuse.java.Verdict;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Explains failures by refused binds, and leaves them as they are. */
public final class RefusedBindExtension
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  /** The key of the report entry. */
  static final String ENTRY = "inuse";

  /** Ports of a test that are asked about, where the failure names none. */
  private static final int MAX_PORTS = 8;

  /** Jupiter makes it. */
  public RefusedBindExtension() {}

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    explain(context, failure);
    throw failure;
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    explain(context, failure);
    throw failure;
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    explain(context, failure);
    throw failure;
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    explain(context, failure);
    throw failure;
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    explain(context, failure);
    throw failure;
  }

  private static void explain(ExtensionContext context, Throwable failure) {
    boolean explained =
        Arrays.stream(failure.getSuppressed()).anyMatch(RefusedBind.class::isInstance);
    Explanation explanation = Inuse.explain(failure);
    if (explained || explanation.kind() == Explanation.Kind.NOT_A_REFUSED_BIND) {
      return;
    }
    String text = explanation.text();
    if (explanation.kind() == Explanation.Kind.NO_PORT) {
      text += aboutPorts(context);
    }
    failure.addSuppressed(new RefusedBind(explanation, text));
    context.publishReportEntry(ENTRY, text);
  }

  /** Of the ports that the test itself has, those that some server cannot bind. */
  private static String aboutPorts(ExtensionContext context) {
    return TestPorts.all(context).stream()
        .limit(MAX_PORTS)
        .map(RefusedBindExtension::about)
        .filter(text -> !text.isEmpty())
        .map(text -> "\nof the ports of this test: " + text)
        .collect(Collectors.joining());
  }

  private static String about(int port) {
    try {
      Diagnosis diagnosis = Inuse.ask(String.valueOf(port));
      return diagnosis.verdict() == Verdict.FREE ? "" : diagnosis.summary();
    } catch (InuseException e) {
      return port + ": " + e.getMessage();
    }
  }
}
