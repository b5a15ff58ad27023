package inuse.cli.line;

import java.util.Optional;

/** The commands of inuse: its first word. */
public enum Verb {
  ASK("", "TARGET...", "who holds it, why, and what to do"),
  LIST("list", "[FILTER...]", "everything that is bound, and by what"),
  WATCH("watch", "[FILTER...]", "the list, live: see, ask, give back"),
  RECORD("record", "[-- COMMAND...]", "writes down who binds, and who is refused"),
  HISTORY("history", "[TARGET...]", "who had a port, as inuse record saw it"),
  SERVE("serve", "[OPTION...]", "a page and metrics of this host, in Java"),
  FLEET("fleet", "[TARGET...]", "what serve tells of many hosts, over NATS"),
  FREE("free", "TARGET...", "give it back, and prove it by a bind"),
  WAIT("wait", "TARGET...", "return when it can be bound"),
  NEXT("next", "TARGET", "the first free port from there on"),
  HOLD("hold", "[TARGET...] [-- COMMAND...]", "ports that no other process is given"),
  RUN("run", "-- COMMAND...", "start a program that needs a port"),
  TUNE("tune", "", "kernel settings: show, change, undo"),
  MCP("mcp", "", "tools for coding agents (MCP)"),
  EXPLAIN("explain", "NAME", "what a cause, errno or setting means"),
  HOOK("hook", "[skill|agents]", "denies a coding agent's blind kills"),
  SCHEMA("schema", "", "the JSON Schema of the answers"),
  MAN("man", "", "the manual page: inuse man | man -l -"),
  COMPLETION("completion", "SHELL", "completes lines in bash, zsh or fish");

  private final String word;
  private final String operands;
  private final String help;

  Verb(String word, String operands, String help) {
    this.word = word;
    this.operands = operands;
    this.help = help;
  }

  public String word() {
    return word;
  }

  /** The operands after the options. */
  public String operands() {
    return operands;
  }

  public String help() {
    return help;
  }

  /** {@code inuse free}. */
  public String line() {
    return word.isEmpty() ? "inuse" : "inuse " + word;
  }

  /** Whether {@code inuse-serve} does it, a program of its own. */
  public boolean isAnotherProgram() {
    return this == SERVE || this == FLEET;
  }

  /** The commands that examine a target. */
  static Verb[] looking() {
    return new Verb[] {ASK, FREE, WAIT, NEXT, TUNE};
  }

  /** The commands that other hosts can be asked. */
  static Verb[] remote() {
    return new Verb[] {ASK, LIST, HISTORY, FREE, WAIT};
  }

  /** The commands that ask about a server's bind. */
  static Verb[] binding() {
    return new Verb[] {ASK, FREE, WAIT, NEXT, RUN};
  }

  /** The commands whose exit status may be all that is wanted. */
  static Verb[] answering() {
    return new Verb[] {ASK, LIST, HISTORY, FREE, WAIT, NEXT, RUN};
  }

  /** The commands that show the list. */
  static Verb[] listing() {
    return new Verb[] {LIST, WATCH};
  }

  /** The commands whose options can say which container. */
  static Verb[] choosing() {
    return new Verb[] {ASK, LIST, WATCH, FREE, WAIT, NEXT, TUNE};
  }

  /** The commands that print text for people. */
  static Verb[] printing() {
    return new Verb[] {ASK, LIST, FREE, WAIT, WATCH, HOLD, RUN, TUNE, EXPLAIN};
  }

  /** The command of that name; empty for a word that is not a command. */
  public static Optional<Verb> named(String word) {
    for (Verb verb : values()) {
      if (!verb.word.isEmpty() && verb.word.equals(word)) {
        return Optional.of(verb);
      }
    }
    return Optional.empty();
  }
}
