package inuse.serve.fleet;

import inuse.core.evidence.Untrusted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A host's name in a fleet: one token of a subject, 1 to 63 letters, digits, hyphens and
 * underscores, and not "all".
 */
public record HostName(String text) implements Comparable<HostName> {
  private static final int MOST = 63;

  /** The subject of questions to every host has it in the place of a name. */
  private static final String ALL = "all";

  private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  public HostName {
    if (!isOne(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a name of a host: 1 to 63 of A-Z a-z 0-9 - _, and not 'all'");
    }
  }

  private static boolean isOne(String text) {
    return !text.isEmpty()
        && text.length() <= MOST
        && !text.equals(ALL)
        && Untrusted.isPlain(text, "-_");
  }

  /** The name, if the text is one. */
  public static Optional<HostName> of(String text) {
    return isOne(text) ? Optional.of(new HostName(text)) : Optional.empty();
  }

  /**
   * This host's own name, with an underscore for each dot.
   *
   * @throws IllegalArgumentException where that is not a name of a fleet's host
   */
  public static HostName own() {
    try {
      return new HostName(Files.readString(HOSTNAME).strip().replace('.', '_'));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("this host has no name: give --host NAME", unreadable);
    }
  }

  @Override
  public int compareTo(HostName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
