package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import java.util.List;
import java.util.Optional;

/** The removal of a file, by a command that means that file and no other. */
public final class RemoveFile {
  private RemoveFile() {}

  /**
   * Such a remedy.
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
   * A name of other characters than printable ASCII would not come through a terminal, or through
   * JSON, as the bytes that it is; it is spelled out for printf(1), and the dot at its end keeps
   * the shell from cutting line feeds off.
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

  /** Whether every character is one that a terminal shows and JSON keeps. */
  public static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
