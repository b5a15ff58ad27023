package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import java.util.List;
import java.util.Optional;

/** The remedy that removes a file, by a command that names exactly that file. */
public final class RemoveFile {
  private RemoveFile() {}

  /**
   * The remedy for that file.
   *
   * @param needsRoot whether the directory's permissions forbid it
   */
  public static Remedy of(
      UnixSnapshot seen, UnixTarget.Path path, boolean needsRoot, Phrase effect) {
    Optional<InuseCommand> free = SnapshotCommand.of(InuseCommand.of(InuseCommand.Verb.FREE), seen);
    return new Remedy(
        Remedy.Id.REMOVE_SOCKET_FILE,
        free.map(RemedyCommand::of).orElse(RemedyCommand.of(command(path.path().bytes()))),
        needsRoot,
        effect);
  }

  /**
   * A name with other characters than printable ASCII would not keep its bytes in a terminal or in
   * JSON; it is spelled for printf(1), with a final dot that keeps the shell from cutting off line
   * feeds.
   */
  private static List<String> command(String path) {
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c > ' ' && c <= '~' && c != '\\' && c != '\'') {
        spelled.append(c);
      } else {
        spelled.append("\\0");
        spelled.append((char) ('0' + (c >> 6)));
        spelled.append((char) ('0' + ((c >> 3) & 7)));
        spelled.append((char) ('0' + (c & 7)));
      }
    }
    return List.of("sh", "-c", "f=$(printf %b. '" + spelled + "') && rm -- \"${f%.}\"");
  }

  /** Whether a terminal shows, and JSON keeps, every character. */
  public static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
