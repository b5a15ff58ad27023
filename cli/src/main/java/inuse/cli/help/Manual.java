package inuse.cli.help;

import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import inuse.core.io.SystemLog;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.UndoRecord;
import java.util.List;

/** The manual page, in the language of man(7). */
public final class Manual {
  private static final String DESCRIPTION =
      """
      inuse says what holds a port or a unix socket, why the kernel refuses to bind it, and which one step
      gives it back. inuse free takes that step and proves it, inuse wait waits for it, inuse next looks
      for another port, inuse run starts a service so that it cannot happen. Without any word it lists
      everything that is bound.
      """;

  private static final List<String[]> FILES =
      List.of(
          new String[] {
            SysctlFile.PATH, "the settings that inuse tune has changed, for the next boot"
          },
          new String[] {UndoRecord.DIRECTORY, "what they were before, for inuse tune --undo"},
          new String[] {"/etc/services", "the names of ports"},
          new String[] {
            "/run/inuse, /run/user/UID/inuse, /dev/shm/inuse-UID",
            "where the runs of inuse run --handover meet"
          },
          new String[] {SystemLog.PATH, "where --log writes"});

  private static final List<String[]> ENVIRONMENT =
      List.of(
          new String[] {"NO_COLOR", "no colour if it is set and not empty"},
          new String[] {"TERM", "no colour and no pager if it is dumb or not set"},
          new String[] {"INUSE_PAGER, PAGER", "the pager for long text (less); empty for none"},
          new String[] {
            "LC_ALL, LC_CTYPE, LANG", "only ASCII is printed where they do not name UTF-8"
          },
          new String[] {"SSH_CONNECTION", "the session's own sshd, which is never stopped"},
          new String[] {
            "XDG_RUNTIME_DIR",
            "where the runs of inuse run --handover of users other than root meet"
          },
          new String[] {"NOTIFY_SOCKET", "where inuse run --notify says that it is ready"});

  private final StringBuilder text = new StringBuilder();

  private Manual() {}

  public static String text() {
    return new Manual().page();
  }

  private String page() {
    text.append(".TH INUSE 1 \"\" \"inuse ").append(Version.TEXT).append("\" \"User Commands\"\n");
    section("NAME");
    text.append("inuse \\- why is this port in use, and how do I get it back\n");
    section("SYNOPSIS");
    String between = "";
    for (Verb verb : Verb.values()) {
      String rest = Help.line(verb).substring(verb.line().length()).trim();
      text.append(between).append(".B ").append(escaped(verb.line())).append('\n');
      text.append(rest.isEmpty() ? "" : escaped(rest) + "\n");
      between = ".br\n";
    }
    section("DESCRIPTION");
    prose(DESCRIPTION);
    section("TARGETS");
    prose(Help.TARGETS);
    section("COMMANDS");
    for (Verb verb : Verb.values()) {
      command(verb);
    }
    section("EXIT STATUS");
    for (Verb verb : Verb.values()) {
      item(verb.line(), Help.status(verb));
    }
    text.append(".PP\n");
    prose(Help.FAILURES);
    section("FILES");
    FILES.forEach(one -> item(one[0], one[1]));
    section("ENVIRONMENT");
    ENVIRONMENT.forEach(one -> item(one[0], one[1]));
    section("EXAMPLES");
    Example.ALL.forEach(one -> item(one.line(), one.about()));
    section("SEE ALSO");
    text.append(".BR ss (8),\n.BR lsof (8),\n.BR fuser (1),\n.BR bind (2),\n.BR tcp (7)\n");
    return text.toString();
  }

  private void section(String name) {
    text.append(".SH ").append(name).append('\n');
  }

  private void command(Verb verb) {
    text.append(".SS ").append(escaped(Help.line(verb))).append('\n');
    prose(VerbProse.of(verb));
    for (Option option : Option.values()) {
      if (option.verbs().contains(verb)) {
        String letter = option.letter().isEmpty() ? "" : option.letter() + ", ";
        item(
            letter + option.word() + (option.takesValue() ? " " + option.value(verb) : ""),
            option.help(verb));
      }
    }
    if (verb == Verb.LIST || verb == Verb.WATCH) {
      text.append(".PP\n");
      prose(Help.FILTERS);
    }
    if (Help.hasTimes(verb)) {
      text.append(".PP\n");
      prose(Help.TIMES);
    }
  }

  private void item(String name, String about) {
    text.append(".TP\n.B ").append(escaped(name)).append('\n');
    prose(about);
  }

  private void prose(String words) {
    text.append(escaped(words.trim())).append('\n');
  }

  /**
   * Escapes text for man(7): hyphens stay ASCII, as in options, and a line that begins with a dot
   * or a quote is not taken for a request.
   */
  private static String escaped(String words) {
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int i = 0; i < words.length(); i++) {
      char one = words.charAt(i);
      if (begins && (one == '.' || one == '\'')) {
        out.append("\\&");
      }
      out.append(one == '\\' ? "\\e" : one == '-' ? "\\-" : String.valueOf(one));
      begins = one == '\n';
    }
    return out.toString();
  }
}
