package inuse.core.explain.remedy;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import java.util.ArrayList;
import java.util.List;

/** Lines of inuse itself that are about the place of a question. */
public final class InuseCommand {
  private InuseCommand() {}

  /**
   * Such a line, for the same newcomer.
   *
   * @param options for {@code inuse free} and the like
   * @return empty where the place cannot be written so that it comes through a terminal
   */
  public static List<String> of(String verb, Snapshot seen, String... options) {
    List<String> line = new ArrayList<>(List.of("inuse", verb));
    line.addAll(List.of(options));
    switch (seen) {
      case PortSnapshot snapshot -> {
        line.addAll(options(snapshot.newcomer()));
        line.add(snapshot.target().toString());
      }
      case UnixSnapshot unix -> {
        String word = unix.target().word().bytes();
        if (!RemoveFile.isPrintable(word)) {
          return List.of();
        }
        // A path without a slash would be taken for a service's name.
        boolean bare = word.indexOf('/') < 0 && !word.startsWith("@");
        line.add(bare ? "unix:" + word : word);
      }
    }
    return line;
  }

  private static List<String> options(Newcomer newcomer) {
    List<String> options = new ArrayList<>();
    if (newcomer.reuseAddress()) {
      options.add("--reuseaddr");
    }
    if (newcomer.reusePort()) {
      options.add("--reuseport");
    }
    if (newcomer.ipv6Only()) {
      options.add("--v6only");
    }
    newcomer
        .device()
        .map(one -> one.name().bytes())
        .filter(RemoveFile::isPrintable)
        .ifPresent(name -> options.addAll(List.of("--device", name)));
    return options;
  }
}
