package inuse.zoo;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Reports at the end of a class how many of its scenarios could not run here, and why. On a
 * complete machine it reports nothing.
 */
final class Skips implements TestWatcher, AfterAllCallback {
  private static boolean any;

  private final Queue<String> reasons = new ConcurrentLinkedQueue<>();

  /** Has any scenario of this run been skipped? */
  static synchronized boolean any() {
    return any;
  }

  private static synchronized void one() {
    any = true;
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    one();
    reasons.add(Optional.ofNullable(cause).map(Throwable::getMessage).orElse("no reason given"));
  }

  @Override
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  public void afterAll(ExtensionContext context) {
    if (reasons.isEmpty()) {
      return;
    }
    Map<String, Long> counted =
        reasons.stream()
            .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
    System.out.printf(
        "ZOO: %d scenarios of %s SKIPPED: %s%n", reasons.size(), context.getDisplayName(), counted);
    reasons.clear();
  }
}
