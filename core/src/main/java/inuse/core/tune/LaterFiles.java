package inuse.core.tune;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sysctl files that override ours at the next boot, because they are read after it. */
public final class LaterFiles {
  /** The directories of sysctl(8) and systemd-sysctl(8), in order of precedence. */
  public static final List<String> DIRECTORIES =
      List.of("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d");

  /** Read last by sysctl(8), and by a link in /etc/sysctl.d by others. */
  public static final String LAST = "/etc/sysctl.conf";

  private static final String ENDING = ".conf";

  private LaterFiles() {}

  /** Whether a file of such a directory is read after ours. */
  public static boolean isLater(String name) {
    String ours = SysctlFile.PATH.substring(SysctlFile.PATH.lastIndexOf('/') + 1);
    return name.endsWith(ENDING) && name.compareTo(ours) > 0;
  }

  /** Warnings about those settings. */
  public static List<Phrase> of(Set<Setting> settings, List<String> files, TuneEffects effects) {
    List<Phrase> notes = new ArrayList<>();
    for (Setting setting : settings) {
      for (String file : files) {
        if (effects.file(file) instanceof Reading.Known<Optional<String>>(Optional<String> text)
            && text.isPresent()
            && SysctlFile.values(text.get()).get(setting) != null) {
          notes.add(
              Phrase.of(
                  file
                      + " sets "
                      + setting.key()
                      + " too, and is read after our file: at the next boot its value counts"));
          break;
        }
      }
    }
    return notes;
  }
}
