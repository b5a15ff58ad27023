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
  private final ProcessLookup lookup;
  private final Map<Integer, Page> byNumber = new HashMap<>();
  private final Map<Integer, Page> byPid = new HashMap<>();
  private int next = 1;

  ProcessBook(ProcessLookup lookup) {
    this.lookup = lookup;
  }

  private record Page(RecordedProcess process, Optional<ProcessLookup.Sign> sign) {}

  /** The number of a process that does something now. */
  int of(int pid) {
    Optional<ProcessLookup.Sign> sign = lookup.sign(pid);
    Page known = byPid.get(pid);
    // One that has ended since is the one that is known, if any is.
    if (known != null && (sign.isEmpty() || sign.equals(known.sign))) {
      return known.process.number();
    }
    int number = next++;
    RecordedProcess process =
        sign.flatMap(same -> lookup.read(pid, number)).orElseGet(() -> ended(pid, number));
    Page page = new Page(process, sign);
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
        byPid.remove(page.process.identity().pid().number(), page);
      }
    }
  }
}
