package inuse.cli.hook;

import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Why a command line is not run, and the line that does what was meant by it. */
public final class Denial {
  private static final String HERE = " " + Option.UNDER.word() + " .";
  private static final String FREE = Verb.FREE.line() + " ";
  private static final String DO = HERE + " " + Option.YES.word();

  private final Set<String> targets = new LinkedHashSet<>();

  /** Not hashed: the line chooses them. */
  private final Set<String> names = new TreeSet<>();

  private boolean byName;
  private boolean isAnyName;

  private Denial() {}

  /**
   * The reason to deny a shell's command line; empty where it is harmless, or where it is not
   * understood.
   *
   * @param command one char for each byte
   */
  public static Optional<String> of(String command) {
    Denial denial = new Denial();
    for (Aim aim : ShellWalk.ended(command)) {
      switch (aim) {
        case Aim.Ports(List<String> ports) -> denial.targets.addAll(ports);
        case Aim.Named(List<String> names) -> denial.name(names);
        case Aim.Table table -> denial.name(List.of());
      }
    }
    if (denial.targets.size() > 1) {
      denial.targets.remove(Numbers.PORT);
    }
    boolean isHarmless = denial.targets.isEmpty() && !denial.byName;
    return isHarmless ? Optional.empty() : Optional.of(denial.text());
  }

  private void name(List<String> more) {
    // Without one that is plain, every name counts.
    isAnyName |= more.isEmpty();
    byName = true;
    names.addAll(more);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    String filter = isAnyName ? "" : " " + String.join(" ", names);
    if (!targets.isEmpty()) {
      text.append("Denied: this ends whatever has a socket there, clients of it and servers of\n")
          .append("other projects too. Run this instead:\n  ")
          .append(FREE)
          .append(String.join(" ", targets))
          .append(DO)
          .append("\nIt ends only what works in this directory or below, and proves that the\n")
          .append("port can be bound.\n");
    }
    if (byName) {
      text.append("Denied: this ends every process of that name, those of other projects and\n")
          .append("of this session too. See which of them has a port here:\n");
      text.append("  ").append(Verb.LIST.line()).append(filter).append(HERE);
      text.append("\nand give back that port:\n  ").append(FREE).append(Numbers.PORT).append(DO);
      text.append("\nWhat has no port: look at it (pgrep -a), and kill its pid.\n");
    }
    return text.substring(0, text.length() - 1);
  }
}
