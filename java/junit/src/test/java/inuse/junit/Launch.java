package inuse.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of {@link Cases} and their like in a JVM of its own, and says what came of it. */
final class Launch implements TestExecutionListener {
  private final PrintStream out = System.out;
  private int started;
  private int successful;
  private int failed;
  private int aborted;

  private Launch() {}

  public static void main(String[] classes) {
    Launch launch = new Launch();
    Launcher launcher = LauncherFactory.create();
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (String name : classes) {
      if (name.contains("=")) {
        request.configurationParameter(
            name.substring(0, name.indexOf('=')), name.substring(name.indexOf('=') + 1));
      } else {
        request.selectors(selectClass(name));
      }
    }
    launcher.execute(request.build(), launch);
    launch.out.println(
        "started "
            + launch.started
            + ", successful "
            + launch.successful
            + ", failed "
            + launch.failed
            + ", aborted "
            + launch.aborted);
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started += test.isTest() ? 1 : 0;
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    out.println("entry " + test.getDisplayName() + " " + entry.getKeyValuePairs());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> successful += test.isTest() ? 1 : 0;
      case ABORTED -> aborted++;
      case FAILED -> failed++;
    }
    result
        .getThrowable()
        .ifPresent(thrown -> {
          out.println(result.getStatus() + " " + test.getDisplayName() + " " + thrown);
          Arrays.stream(thrown.getSuppressed())
              .forEach(one -> out.println("suppressed " + one.getMessage()));
        });
  }
}
