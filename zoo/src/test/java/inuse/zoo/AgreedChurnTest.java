package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Free after free against holders that rename and execute themselves, fork, pass their socket on
 * and leave their pid to others, at random. Each signal is stopped on its way and judged by a
 * witness that knows every process by its pidfd: only those that the plan named get one, and those
 * that they forked. See shifty.c.
 */
final class AgreedChurnTest extends Scenarios {
  private static final int FREES = Boolean.getBoolean("inuse.long") ? 10_000 : 200;

  /** So many at once, each in namespaces of its own: most of the time they wait. */
  private static final int LANES = 4;

  /** What has to happen, or it proves less than it says. */
  private static final List<String> WHAT_HAS_TO_HAPPEN =
      List.of(
          "planned",
          "descended",
          "renames",
          "execs",
          "forks",
          "passed",
          "stolen",
          "exit-0",
          "exit-1",
          "exit-4");

  private static final List<String> FREE =
      List.of(
          Programs.EXECUTABLE.toString(),
          "free",
          "--yes",
          "--settle",
          "0s",
          "--grace",
          "100ms",
          "--timeout",
          "400ms",
          "8080");

  AgreedChurnTest() {
    super(Way.EXECUTABLE);
  }

  /**
   * What was counted.
   *
   * @param violations signals to processes that nobody had agreed to
   */
  private record Counts(List<String> violations, Map<String, Long> counts) {}

  private Running shifty(int rounds, long seed, List<String> command) {
    Lab.requireRoot("cannot make a PID namespace, and users in it");
    List<String> words = new ArrayList<>(lab.enter());
    words.addAll(
        List.of(
            "--pid-namespace",
            "--",
            "unshare",
            "--net",
            "sh",
            "-c",
            "ip link set lo up && exec \"$0\" \"$@\"",
            Programs.SHIFTY.toString(),
            Integer.toString(rounds),
            Long.toString(seed)));
    words.addAll(command);
    return Running.own(words);
  }

  private Counts free(int rounds, long seed, int lanes, List<String> command) {
    Counts all = new Counts(new ArrayList<>(), new HashMap<>());
    List<Running> running = new ArrayList<>();
    try {
      for (int lane = 0; lane < lanes; lane++) {
        running.add(shifty(rounds / lanes, seed + lane, command));
      }
      for (Running one : running) {
        String counted = one.awaitLine("counted", TimeUnit.HOURS.toSeconds(12));
        all.violations.addAll(one.said("violation"));
        counts(counted).forEach((what, count) -> all.counts.merge(what, count, Long::sum));
      }
    } finally {
      running.forEach(Running::close);
    }
    return all;
  }

  private static Map<String, Long> counts(String line) {
    Map<String, Long> counts = new HashMap<>();
    String[] words = line.split(" ", -1);
    for (int i = 0; i + 1 < words.length; i += 2) {
      counts.put(words[i], Long.valueOf(words[i + 1]));
    }
    return counts;
  }

  @Test
  @SuppressWarnings("SystemOut") // the seed must be seen
  void nobodyGetsASignalWhoWasNotAgreedTo() {
    long seed = Long.getLong("agreed.seed", System.nanoTime() & 0xffffff);

    Counts seen = free(FREES, seed, LANES, FREE);

    System.out.println("AGREED: seed " + seed + ": " + new java.util.TreeMap<>(seen.counts));
    assertThat(seen.violations).as("seed %d", seed).isEmpty();
    assertThat(seen.counts).containsEntry("violations", 0L).containsEntry("other", 0L);
    assertThat(WHAT_HAS_TO_HAPPEN)
        .allSatisfy(what -> assertThat(seen.counts.get(what)).as(what).isPositive());
  }

  @Test
  void whoKillsByPidWhoeverHasThePortIsFoundOut() {
    Counts seen = free(20, 7, 1, List.of(Programs.SHIFTY.toString(), "--naive"));

    assertThat(seen.violations).anySatisfy(one -> assertThat(one).contains("stranger"));
  }
}
