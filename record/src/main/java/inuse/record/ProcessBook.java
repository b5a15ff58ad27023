package inuse.record;

import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The processes that events name, each with a number for as long as this recorder runs. One that
 * executes another program has another number from then on.
 */
final class ProcessBook {
  /** No pid is given to another process so soon. */
  private static final long FRESH = 20_000_000;

  private final ProcessLookup lookup;
  private final Map<Integer, Page> byNumber = new HashMap<>();
  private final Map<Integer, Page> byPid = new HashMap<>();
  private int next = 1;

  ProcessBook(ProcessLookup lookup) {
    this.lookup = lookup;
  }

  /**
   * What is known of a process.
   *
   * @param nanos when that was looked up
   */
  private record Page(RecordedProcess process, Optional<ProcessLookup.Sign> sign, long nanos) {}

  /**
   * The number of a process that does something now.
   *
   * @param nanos the time, by CLOCK_BOOTTIME
   */
  int of(int pid, long nanos) {
    Page recent = byPid.get(pid);
    if (recent != null && nanos - recent.nanos < FRESH) {
      return recent.process.number();
    }
    Optional<ProcessLookup.Sign> sign = lookup.sign(pid);
    Page known = byPid.get(pid);
    // One that has ended since is the one that is known, if any is.
    if (known != null && (sign.isEmpty() || sign.equals(known.sign))) {
      byPid.put(pid, new Page(known.process, known.sign, nanos));
      return known.process.number();
    }
    int number = next++;
    RecordedProcess process =
        sign.flatMap(same -> lookup.read(pid, number)).orElseGet(() -> ended(pid, number));
    Page page = new Page(process, sign, nanos);
    byNumber.put(number, page);
    byPid.put(pid, page);
    return number;
  }

  /** One that had ended before anything of it could be read. */
  private static RecordedProcess ended(int pid, int number) {
    return new RecordedProcess(
        number,
        new ProcessIdentity(new Pid(pid), 0),
        new Untrusted(""),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The process of that number; empty where it is no longer remembered. */
  Optional<RecordedProcess> get(int number) {
    return Optional.ofNullable(byNumber.get(number)).map(Page::process);
  }

  /** Whether it still runs, whatever it executes. */
  boolean isAlive(int number) {
    return get(number)
        .filter(process ->
            lookup
                .sign(process.identity().pid().number())
                .filter(sign -> sign.startTicks() == process.identity().startTicks())
                .isPresent())
        .isPresent();
  }

  int size() {
    return byNumber.size();
  }

  /** Forgets those that nothing refers to and that have ended. */
  void prune(IntPredicate isUsed) {
    List<Integer> gone = new ArrayList<>();
    byNumber.forEach((number, page) -> {
      if (!isUsed.test(number) && !isAlive(number)) {
        gone.add(number);
      }
    });
    for (int number : gone) {
      Page page = byNumber.remove(number);
      if (page != null) {
        int pid = page.process.identity().pid().number();
        Page last = byPid.get(pid);
        if (last != null && last.process.number() == number) {
          byPid.remove(pid);
        }
      }
    }
  }
}
