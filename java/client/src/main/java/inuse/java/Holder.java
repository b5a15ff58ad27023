package inuse.java;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A process that has one of the sockets. What it says of itself (name, arguments, paths) was chosen
 * by it, and may be made up; control characters in it are escaped.
 *
 * @param pid its number in the namespace of the caller
 * @param startedAt when it was started; empty where that could not be read
 * @param command its name, at most 15 bytes of it (comm, proc(5))
 * @param arguments its command line, which may have passwords in it: {@link #toString} leaves it
 *     out; empty where it could not be read
 * @param executable the path of its program; empty where it could not be read
 * @param directory its working directory; empty where it could not be read
 * @param uid the number of its user; empty where it could not be read
 * @param user the name of its user; empty where it has none
 */
public record Holder(
    long pid,
    Optional<Instant> startedAt,
    String command,
    List<String> arguments,
    Optional<String> executable,
    Optional<String> directory,
    OptionalInt uid,
    Optional<String> user) {
  public Holder {
    arguments = List.copyOf(arguments);
  }

  /** {@code python3 (pid 812, alice)}: without its command line. */
  @Override
  public String toString() {
    return command + " (pid " + pid + user.map(name -> ", " + name).orElse("") + ")";
  }
}
