package inuse.cli.line;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of options, from which the parser and the help are made. */
public enum Option {
  PORT("--port", "-p", "TARGET", "a port that COMMAND will bind; several are allowed", Verb.RUN),
  ON_CONFLICT(
      "--on-conflict", "", "HOW", "fail, wait, replace (an earlier run), take or next", Verb.RUN),
  GUARD("--guard", "", "", "do that at each bind by COMMAND that would fail", Verb.RUN),
  GUARD_UDP("--guard-udp", "", "", "at binds of UDP sockets as well", Verb.RUN),
  HANDOVER("--handover", "", "", "take over the listeners of the running one, no gap", Verb.RUN),
  READY_PORT("--ready-port", "", "PORT", "COMMAND is ready when it listens there", Verb.RUN),
  READY_AFTER("--ready-after", "", "TIME", "COMMAND is ready that long after its start", Verb.RUN),
  LISTEN("--listen", "", "TARGET", "listen there for COMMAND, and hand it the socket", Verb.RUN),
  HOLD("--hold", "", "", "keep each --port, or a free one, until COMMAND ends", Verb.RUN),
  ADDRESS("--address", "", "IP", "hold them at that address alone", Verb.HOLD),
  ENV("--env", "", "NAME=VAR", "VAR is the next port's number, {NAME} as well", Verb.HOLD),
  RESTART("--restart", "", "WHEN", "start it again: on-failure, or always", Verb.RUN),
  NOTIFY("--notify", "", "", "tell systemd when it is ready (Type=notify)", Verb.RUN),
  REUSEADDR("--reuseaddr", "", "", "for a server that sets SO_REUSEADDR", Verb.binding()),
  NO_REUSEADDR(
      "--no-reuseaddr", "", "", "for one that does not, even if the last one did", Verb.binding()),
  REUSEPORT("--reuseport", "", "", "for a server that sets SO_REUSEPORT", Verb.binding()),
  V6ONLY("--v6only", "", "", "for a server that sets IPV6_V6ONLY", Verb.binding()),
  FREEBIND("--freebind", "", "", "for a server that sets IP_FREEBIND", Verb.binding()),
  DEVICE("--device", "", "IF", "for a server bound to that network interface", Verb.binding()),
  AS("--as", "", "USER", "judge for a server of that user (as root)", Verb.binding()),
  FOR(
      "--for",
      "",
      "COMMAND",
      "what you want to start: says if it runs already",
      Verb.ASK,
      Verb.FREE,
      Verb.TUNE),
  RESERVE("--reserve", "", "PORTS", "keep them for servers (8080,9000-9010)", Verb.TUNE),
  SET("--set", "", "NAME=VALUE", "change a setting; several are allowed", Verb.TUNE),
  UNDO("--undo", "", "", "put back everything that inuse tune changed", Verb.TUNE),
  PERSIST("--persist", "", "", "write /etc/sysctl.d from another namespace too", Verb.TUNE),
  NETNS(
      "--netns", "", "NAME", "in that network namespace: a name, a path or a pid", Verb.looking()),
  CONTAINER("--container", "", "NAME", "in that container: by name or id", Verb.choosing()),
  PID("--pid", "", "PID", "in the network namespace of that process", Verb.looking()),
  ALL_NETNS(
      "--all-netns", "", "", "ask in every network namespace", Verb.ASK, Verb.LIST, Verb.WATCH),
  ON("--on", "", "HOSTS", "on these hosts, over ssh: web-1,web-2, a group, web-*", Verb.remote()),
  INVENTORY("--inventory", "", "FILE", "an inventory in Ansible's INI form", Verb.remote()),
  CARRY("--carry", "", "FILE", "the executable for hosts of another architecture", Verb.remote()),
  YES("--yes", "-y", "", "do it without asking", Verb.FREE, Verb.TUNE),
  DRY_RUN("--dry-run", "-n", "", "show what would be done, and do nothing", Verb.FREE, Verb.TUNE),
  GRACE("--grace", "", "TIME", "until SIGKILL (10s)", Verb.FREE, Verb.HOLD, Verb.RUN),
  SIGNAL("--signal", "-s", "NAME", "the first signal (TERM)", Verb.FREE, Verb.RUN),
  NO_KILL("--no-kill", "", "", "never send SIGKILL", Verb.FREE),
  DESTROY("--destroy", "", "", "let the kernel drop connections (as root)", Verb.FREE),
  MAX("--max", "", "N", "end at most that many processes (8)", Verb.FREE),
  ONLY_MINE("--only-mine", "", "", "stop nothing that belongs to another user", Verb.FREE),
  UNDER(
      "--under",
      "",
      "DIR",
      "stop only what runs in that directory or below",
      Verb.FREE,
      Verb.LIST,
      Verb.WATCH,
      Verb.MCP),
  READ_ONLY("--read-only", "", "", "only tools that change nothing", Verb.MCP),
  MAY_FREE("--may-free", "", "", "free may act where its user cannot be asked", Verb.MCP),
  WITH_ARGUMENTS(
      "--with-arguments", "", "", "tell command lines, secrets in them included", Verb.MCP),
  MINE("--mine", "", "", "only what is yours", Verb.listing()),
  LEFT_OVER(
      "--left-over", "", "", "only what its starter left over", Verb.LIST, Verb.WATCH, Verb.FREE),
  EXPOSED("--exposed", "", "", "only what the network can reach", Verb.listing()),
  UDP("--udp", "", "", "only UDP", Verb.listing()),
  UNIX("--unix", "", "", "unix sockets, too", Verb.listing()),
  UNIT(
      "--unit",
      "",
      "NAME",
      "only what that systemd unit keeps",
      Verb.LIST,
      Verb.WATCH,
      Verb.HISTORY),
  AT("--at", "", "WHEN", "only who had it at that time, or was refused it", Verb.HISTORY),
  SINCE("--since", "", "WHEN", "only from that time on", Verb.HISTORY),
  SAVE("--save", "", "FILE", "write what is served into a file", Verb.LIST),
  EXPECT("--expect", "", "FILE", "compare with such a file: 0 the same, 1 not", Verb.LIST),
  SORT("--sort", "", "WHAT", "port, name, pid, user, since or clients", Verb.listing()),
  COMMAND("--command", "", "NAME", "stop only processes of that name", Verb.FREE),
  WITH("--with", "", "PID", "end that one too, which starts it again", Verb.FREE),
  SETTLE("--settle", "", "TIME", "watch that long for a restart (1s)", Verb.FREE),
  UNTIL("--until", "", "STATE", "bindable (the default), or listening", Verb.WAIT, Verb.HISTORY),
  REFUSED("--refused", "", "", "only binds that were refused", Verb.HISTORY),
  PROGRAM("--program", "", "NAME", "only of that program", Verb.HISTORY),
  FOLLOW("--follow", "-f", "", "go on with what is recorded from now on", Verb.HISTORY),
  FORGET("--forget", "", "", "erase all that was recorded", Verb.HISTORY),
  DIRECTORY(
      "--directory",
      "",
      "DIR",
      "where the segments are (/var/log/inuse)",
      Verb.RECORD,
      Verb.HISTORY),
  KEEP_SIZE("--keep-size", "", "SIZE", "what all segments may take (512M)", Verb.RECORD),
  KEEP_DAYS("--keep-days", "", "N", "how long they are kept (14)", Verb.RECORD),
  RECORD_ARGUMENTS(
      "--record-arguments", "", "", "command lines, too, without obvious secrets", Verb.RECORD),
  JOURNAL("--journal", "", "", "entries in the journal, too: INUSE_PORT=8080", Verb.RECORD),
  METRICS("--metrics", "", "FILE", "counts, too, for node_exporter's textfile", Verb.RECORD),
  REPORT("--report", "", "FILE", "what COMMAND did with ports, as Markdown", Verb.RECORD, Verb.RUN),
  GITHUB("--github", "", "", "the same in the summary of a GitHub step", Verb.RECORD),
  TIMEOUT("--timeout", "", "TIME", "give up after that time", Verb.FREE, Verb.WAIT, Verb.RUN),
  DEADLINE("--deadline", "", "TIME", "answer by then, complete or not", Verb.ASK, Verb.LIST),
  COUNT("--count", "", "N", "print that many ports (1)", Verb.NEXT, Verb.HOLD),
  KEEP_DAEMONS(
      "--keep-daemons", "", "", "stay until the last process is gone", Verb.HOLD, Verb.RUN),
  NO_START("--no-start", "", "", "free the port for COMMAND, but do not start it", Verb.RUN),
  VERBOSE("--verbose", "-v", "", "one line on standard error for each action", Verb.FREE, Verb.RUN),
  LOG("--log", "", "", "the same line in the system log", Verb.FREE),
  LANG("--lang", "", "LANG", "how SO_REUSEADDR is set in that language", Verb.EXPLAIN),
  NO_PAGER("--no-pager", "", "", "print it at once, however long it is", Verb.EXPLAIN),
  JSON(
      "--json",
      "",
      "",
      "print the answer as JSON (its schema: inuse schema)",
      Verb.ASK,
      Verb.LIST,
      Verb.HISTORY,
      Verb.FREE,
      Verb.WAIT,
      Verb.NEXT,
      Verb.RUN,
      Verb.WATCH,
      Verb.HOLD,
      Verb.TUNE),
  NO_PROBE("--no-probe", "", "", "make no real bind; the verdict is then unknown", Verb.ASK),
  QUIET("--quiet", "-q", "", "print nothing; the exit status is the answer", Verb.answering()),
  COLOR("--color", "", "WHEN", "auto, always or never", Verb.printing()),
  HELP("--help", "-h", "", "print this help", Verb.values()),
  VERSION("--version", "-V", "", "print the version", Verb.values());

  private final String word;
  private final String letter;
  private final String value;
  private final String help;

  /**
   * The words of the commands that accept it, each in brackets; the word of a question is empty.
   */
  private final String verbs;

  Option(String word, String letter, String value, String help, Verb... verbs) {
    this.word = word;
    this.letter = letter;
    this.value = value;
    this.help = help;
    StringBuilder words = new StringBuilder();
    for (Verb verb : verbs) {
      words.append('[').append(verb.word()).append(']');
    }
    this.verbs = words.toString();
  }

  public String word() {
    return word;
  }

  /** The short form, empty for none. */
  public String letter() {
    return letter;
  }

  /** The name of its value in the help, empty for an option without one. */
  public String value() {
    return value;
  }

  public boolean takesValue() {
    return !value.isEmpty();
  }

  String help() {
    return help;
  }

  /** The name of its value in the help of that command. */
  public String value(Verb verb) {
    if (this == UNTIL && verb == Verb.HISTORY) {
      return "WHEN";
    }
    return this == FOR && verb == Verb.TUNE ? "ROLE" : value;
  }

  /** Its description in the help of that command. */
  public String help(Verb verb) {
    if (this == FOR && verb == Verb.TUNE) {
      return "what helps a client, or a server, here";
    }
    if (this == REPORT && verb == Verb.RUN) {
      return "binds that were refused, as Markdown (with --guard)";
    }
    if (this == UNTIL && verb == Verb.HISTORY) {
      return "only up to that time";
    }
    if (this == UNIT && verb == Verb.HISTORY) {
      return "only of that systemd unit";
    }
    if (this == COUNT && verb == Verb.HOLD) {
      return "that many free ports, besides TARGETs";
    }
    if (this == LEFT_OVER && verb == Verb.FREE) {
      return "what was left over, below the DIR of --under";
    }
    if (this == UNDER && verb == Verb.MCP) {
      return "free ends only what works there; of --may-free (.)";
    }
    if (verb == Verb.LIST || verb == Verb.WATCH) {
      return switch (this) {
        case CONTAINER -> "of that container or project of Compose";
        case UNDER -> "only what runs in that directory or below";
        case ALL_NETNS -> "of every network namespace";
        case JSON -> verb == Verb.WATCH ? "a JSON document for each row, then each change" : help;
        default -> help;
      };
    }
    if (this == JSON && verb == Verb.RUN) {
      return "say it on standard error as JSON, a line a document";
    }
    return this == QUIET && verb == Verb.NEXT ? "print the ports and nothing else" : help;
  }

  /** The commands that accept it. */
  public List<Verb> verbs() {
    return Stream.of(Verb.values())
        .filter(verb -> verbs.contains("[" + verb.word() + "]"))
        .toList();
  }

  /** The option of that name, long or short. */
  public static Optional<Option> named(String name) {
    for (Option option : values()) {
      if (name.equals(option.word) || name.equals(option.letter)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }
}
