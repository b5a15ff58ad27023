package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.ProcessStat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * What the holders of one answer share. The processes above them, and control groups, since many
 * have the same. And the room for their text: arguments and paths are as long as their process
 * likes, and thousands of processes may share a socket; what goes beyond is not kept.
 */
public final class SharedFacts {
  /** Bytes of all arguments and paths. */
  static final int MAX_BYTES = 2 << 20;

  /** What an argument takes besides its bytes, also if it is empty. */
  private static final int BYTES_BESIDES = 32;

  /** Control groups, which many processes share. Not a HashMap: others choose the keys. */
  private final Map<String, Untrusted> groups = new TreeMap<>();

  private final Map<Integer, Optional<ProcessStat>> above = new HashMap<>();

  private int left = MAX_BYTES;
  private int without;

  Reading<List<Untrusted>> arguments(Reading<List<Untrusted>> read) {
    return kept(read, read.toOptional().orElse(List.of()));
  }

  Reading<Untrusted> path(Reading<Untrusted> read) {
    return kept(read, read.toOptional().stream().toList());
  }

  Untrusted group(String path) {
    return groups.computeIfAbsent(path, Untrusted::new);
  }

  /** A process above a holder, which is read once. */
  Optional<ProcessStat> above(int pid, IntFunction<Optional<ProcessStat>> read) {
    Optional<ProcessStat> known = above.get(pid);
    if (known == null) {
      known = read.apply(pid);
      above.put(pid, known);
    }
    return known;
  }

  private <T> Reading<T> kept(Reading<T> read, List<Untrusted> texts) {
    int bytes = texts.stream().mapToInt(text -> text.bytes().length() + BYTES_BESIDES).sum();
    if (bytes > left) {
      without++;
      return Reading.unknown(Reading.Why.TOO_MANY);
    }
    left -= bytes;
    return read;
  }

  /** What was not kept. */
  public Optional<Gap> leftOut() {
    return without == 0
        ? Optional.empty()
        : Optional.of(
            new Gap(
                Gap.Subject.PROCESSES,
                "arguments and paths of processes, " + without + " of them",
                Reading.Why.TOO_MANY,
                "ps -ef shows them"));
  }
}
