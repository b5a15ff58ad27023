package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much text of the holders one answer keeps: arguments and paths are as long as their process
 * likes, and thousands of processes may share a socket. What goes beyond is not kept.
 */
public final class HolderText {
  /** Bytes of all arguments and paths. */
  static final int MAX_BYTES = 2 << 20;

  /** What an argument takes besides its bytes, also if it is empty. */
  private static final int BYTES_BESIDES = 32;

  /** Control groups, which many processes share. Not a HashMap: others choose the keys. */
  private final Map<String, Untrusted> groups = new TreeMap<>();

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
