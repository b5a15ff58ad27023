package inuse.cli.help;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import java.util.List;
import java.util.stream.Stream;

/** The text of {@code --help}. */
public final class Help {
  private static final String TITLE =
      "inuse: why is this port in use, and how do I get it back\n\n";

  static final String TARGETS =
      """

      TARGET is 8080, http, udp/53, 127.0.0.1:8080, [::1]:8080, localhost:8080,
      3000-3010, 80,443, a URL, or an error message as a program printed it;
      of unix sockets /run/app.sock, ./app.sock, unix:app.sock or @abstract-name.

      """;

  static final String FILTERS =
      """
      FILTER is 8080, 3000-3010, 80,443, or a part of the name of a program, a script,
      a unit, a container, a project or a unix socket; any of several matches.

      """;

  static final String HELD =
      """
      TARGET is 8080, 3000-3010, 127.0.0.1:8080 or [::1]:8080, of TCP alone; one free
      port without any. Without an address both families are held.
      COMMAND has the numbers in PORT, PORT1, PORT2, ... and for {port}, {port1}, ...

      """;

  static final String MOMENTS =
      "WHEN is 03:12 (the last one), '2026-11-29 03:12', 2026-11-29, or 2h (ago).\n\n";

  static final String TIMES = "TIME is 500ms, 10s, 2m or 1h; a bare number is seconds.\n\n";

  private static final String READING =
      """

      inuse explain NAME reads a page about a cause, an errno or a kernel setting.
      """;

  /** What is looked up once. */
  private static final List<Verb> RARE =
      List.of(
          Verb.RECORD,
          Verb.HISTORY,
          Verb.SERVE,
          Verb.FLEET,
          Verb.MCP,
          Verb.HOOK,
          Verb.SCHEMA,
          Verb.MAN,
          Verb.COMPLETION);

  private static final int EXAMPLE_COLUMN = 38;
  private static final int BRIEF_COLUMN = 30;
  private static final int TOPIC_COLUMN = 14;
  private static final int COLUMN = 24;

  private Help() {}

  /**
   * What {@code inuse help} prints.
   *
   * @param about {@link Arguments#HELP_TOPICS}, {@link Arguments#HELP_ASK}, or neither
   */
  public static String text(Verb verb, String about) {
    if (verb != Verb.ASK || about.equals(Arguments.HELP_ASK)) {
      return text(verb);
    }
    return about.equals(Arguments.HELP_TOPICS) ? topics() : brief();
  }

  /** What fits a terminal of 24 lines. */
  private static String brief() {
    StringBuilder text = new StringBuilder(TITLE);
    for (Verb verb : Verb.values()) {
      if (!RARE.contains(verb)) {
        String line = verb.line() + " " + verb.operands();
        int optional = line.indexOf(" [" + Arguments.SEPARATOR);
        text.append(verb == Verb.ASK ? "usage: " : "       ")
            .append(
                row(
                    (optional < 0 ? line : line.substring(0, optional)).trim(),
                    BRIEF_COLUMN,
                    verb.help()));
      }
    }
    text.append(TARGETS);
    Example.of(Verb.ASK).forEach(one -> text.append(example(one)));
    return text.append('\n')
        .append(row("inuse help free", EXAMPLE_COLUMN, "a command: options, examples, exit status"))
        .append(row("inuse help ask", EXAMPLE_COLUMN, "the options of inuse TARGET"))
        .append(row("inuse help topics", EXAMPLE_COLUMN, "everything else"))
        .toString();
  }

  private static String topics() {
    StringBuilder text = new StringBuilder("inuse help NAME, where NAME is\n\n");
    for (Verb verb : Verb.values()) {
      String name = verb == Verb.ASK ? Arguments.HELP_ASK : verb.word();
      text.append("  ").append(row(name, TOPIC_COLUMN, verb.help()));
    }
    return text.append(READING).toString();
  }

  private static String row(String name, int column, String about) {
    return name + " ".repeat(Math.max(2, column - name.length())) + about + "\n";
  }

  private static String example(Example example) {
    return "  " + row(example.line(), EXAMPLE_COLUMN - 2, example.about());
  }

  /** {@code inuse free [options] TARGET...}. */
  static String line(Verb verb) {
    boolean bare =
        Stream.of(Option.values()).filter(one -> one.verbs().contains(verb)).count() <= 2;
    String options = bare ? "" : " [options]";
    return verb.line() + options + (verb.operands().isEmpty() ? "" : " " + verb.operands());
  }

  /** The full help of one command. */
  static String text(Verb verb) {
    StringBuilder text = new StringBuilder();
    text.append(verb.line()).append(": ").append(verb.help()).append("\n\nusage: ");
    text.append(line(verb)).append('\n').append(isAboutTargets(verb) ? TARGETS : "\n");
    for (Part part : Part.values()) {
      part(text, part, verb);
    }
    Example.of(verb).forEach(one -> text.append(example(one)));
    text.append(Example.of(verb).isEmpty() ? "" : "\n");
    text.append(hasTargets(verb) && !isAboutTargets(verb) ? TARGETS.substring(1) : "");
    text.append(verb == Verb.LIST || verb == Verb.WATCH ? FILTERS : "");
    text.append(verb == Verb.HOLD ? HELD : "");
    text.append(verb == Verb.HISTORY ? MOMENTS : "");
    return text.append(hasTimes(verb) ? TIMES : "")
        .append("exit status: ")
        .append(status(verb))
        .toString();
  }

  private static void part(StringBuilder text, Part part, Verb verb) {
    List<Option> options =
        Stream.of(Option.values())
            .filter(one -> one.verbs().contains(verb) && Part.of(one, verb) == part)
            .toList();
    if (options.isEmpty()) {
      return;
    }
    text.append(part.title.isEmpty() ? "" : part.title + ":\n");
    options.forEach(option -> text.append("  ").append(row(option, verb)).append('\n'));
    text.append('\n');
  }

  /** The groups of options, the one that a command is for first. */
  private enum Part {
    OWN(""),
    SERVER("the server that is asked for"),
    WHERE("where it is asked"),
    OUTPUT("output");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    static Part of(Option option, Verb verb) {
      return switch (option) {
        case REUSEADDR, NO_REUSEADDR, REUSEPORT, V6ONLY, FREEBIND, DEVICE, AS -> SERVER;
        case FOR -> verb == Verb.TUNE ? OWN : SERVER;
        case CONTAINER, ALL_NETNS -> verb == Verb.LIST || verb == Verb.WATCH ? OWN : WHERE;
        case NETNS, PID, ON, INVENTORY, CARRY -> WHERE;
        case VERBOSE, LOG, JSON, QUIET, COLOR, NO_PAGER, HELP, VERSION -> OUTPUT;
        case PORT,
            ON_CONFLICT,
            GUARD,
            GUARD_UDP,
            HANDOVER,
            READY_PORT,
            READY_AFTER,
            LISTEN,
            HOLD,
            ADDRESS,
            ENV,
            RESTART,
            NOTIFY,
            RESERVE,
            SET,
            UNDO,
            PERSIST,
            YES,
            DRY_RUN,
            GRACE,
            SIGNAL,
            NO_KILL,
            DESTROY,
            MAX,
            ONLY_MINE,
            UNDER,
            MINE,
            LEFT_OVER,
            EXPOSED,
            UDP,
            UNIX,
            UNIT,
            AT,
            SINCE,
            REFUSED,
            PROGRAM,
            FOLLOW,
            FORGET,
            DIRECTORY,
            KEEP_SIZE,
            KEEP_DAYS,
            RECORD_ARGUMENTS,
            JOURNAL,
            METRICS,
            REPORT,
            GITHUB,
            SAVE,
            EXPECT,
            SORT,
            COMMAND,
            WITH,
            SETTLE,
            UNTIL,
            TIMEOUT,
            DEADLINE,
            COUNT,
            KEEP_DAEMONS,
            NO_START,
            LANG,
            NO_PROBE,
            READ_ONLY,
            MAY_FREE,
            WITH_ARGUMENTS ->
            OWN;
      };
    }
  }

  private static boolean isAboutTargets(Verb verb) {
    return verb.operands().startsWith("TARGET");
  }

  private static boolean hasTargets(Verb verb) {
    return isAboutTargets(verb) || takes(verb, "TARGET");
  }

  static boolean hasTimes(Verb verb) {
    return takes(verb, "TIME");
  }

  private static boolean takes(Verb verb, String value) {
    return Stream.of(Option.values())
        .anyMatch(one -> one.value().equals(value) && one.verbs().contains(verb));
  }

  private static String row(Option option, Verb verb) {
    String names =
        (option.letter().isEmpty() ? "    " : option.letter() + ", ")
            + option.word()
            + (option.takesValue() ? " " + option.value(verb) : "");
    return names + " ".repeat(Math.max(1, COLUMN - names.length())) + option.help(verb);
  }

  /** The exit statuses that every command but a program that runs may have. */
  static final String FAILURES =
      "Every command but run may also exit with 70 (a bug in inuse, or out of memory) and 74 (its"
          + " output could not be written).";

  static String status(Verb verb) {
    return switch (verb) {
      case EXPLAIN -> "0 explained, 2 no page has that name\n";
      case MCP -> "0 the client closed its end, 2 wrong usage\n";
      case HOOK -> "0 denied, passed, or printed, 2 wrong usage\n";
      case SCHEMA, MAN, COMPLETION -> "0 printed, 2 wrong usage\n";
      case ASK -> "0 in use, 1 free (by a real bind), 2 wrong usage, 3 unknown\n";
      case LIST ->
          """
          0 something was found, 1 nothing was, 2 wrong usage, 3 unknown;
          with --expect 0 as expected, 1 it differs
          """;
      case RECORD ->
          """
          0 ended by a signal, 2 wrong usage,
          3 not permitted, or no segment could be written;
          with COMMAND that of COMMAND, 128 and the number of the signal that ended it,
          125 not started, 126 it cannot be run, 127 there is no such program
          """;
      case HISTORY ->
          """
          0 something was found, 1 nothing was, 2 wrong usage,
          3 nothing was recorded then, or it may not be read
          """;
      case SERVE ->
          """
          0 help was printed, 2 wrong usage, 3 it failed,
          143 ended by SIGTERM, 127 inuse-serve is not installed
          """;
      case FLEET ->
          """
          0 in use on a host, 1 on none, 2 wrong usage, 3 a host is silent,
          127 inuse-serve is not installed
          """;
      case FREE ->
          """
          0 free, by a real bind, 1 still held, held again, or timed out,
          2 wrong usage, 3 not permitted (the line to run is printed), 4 refused
          """;
      case WAIT -> "0 it can be bound, 1 timed out, 2 wrong usage, 3 not permitted\n";
      case WATCH -> "0 ended by you, 2 wrong usage, 128 and the number of a signal\n";
      case HOLD ->
          """
          0 ended with its reader or input, 1 not held, 2 wrong usage;
          with COMMAND that of COMMAND, 128 and the number of the signal that ended it,
          125 not started, 126 it cannot be run, 127 there is no such program
          """;
      case RUN ->
          """
          that of COMMAND, 128 and the number of the signal that ended it,
          125 not started, 126 cannot be run, 127 no such program
          """;
      case TUNE ->
          """
          0 shown, or done and read back, 1 not done, 2 wrong usage,
          3 not permitted (the line to run is printed), 4 refused
          """;
      case NEXT -> "0 printed, 1 fewer were found, 2 wrong usage\n";
    };
  }
}
