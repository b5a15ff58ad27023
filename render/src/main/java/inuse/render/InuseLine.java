package inuse.render;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.RemedyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Renders command lines of inuse itself. */
public final class InuseLine {
  /** The option that names a network namespace. */
  public static final String NAMESPACE = "--netns";

  private InuseLine() {}

  /** The arguments of a command that a user can run; empty for no command. */
  public static List<String> words(RemedyCommand command) {
    List<String> words = new ArrayList<>(command.words());
    command.ours().ifPresent(ours -> words.addAll(words(ours)));
    return words;
  }

  /** The arguments of a command line of inuse. */
  public static List<String> words(InuseCommand command) {
    List<String> words = new ArrayList<>();
    if (command.asRoot()) {
      words.add("sudo");
    }
    words.add("inuse");
    List<String> there =
        command.namespace().map(path -> List.of(NAMESPACE, path)).orElse(List.of());
    String verb = verb(command.verb());
    if (!verb.isEmpty()) {
      words.add(verb);
    }
    words.addAll(there);
    for (InuseCommand.Given given : command.options()) {
      words.add(option(given.choice()));
      given.value().ifPresent(words::add);
    }
    command.target().ifPresent(words::add);
    return words;
  }

  /** A command as a user types it into a shell, with what others named escaped. */
  public static String line(RemedyCommand command) {
    return words(command).stream()
        .map(word -> Escape.shell(Escape.word(new Untrusted(word))))
        .collect(Collectors.joining(" "));
  }

  /** As a user types it into a shell. */
  static String shell(List<String> words) {
    return words.stream().map(Escape::shell).collect(Collectors.joining(" "));
  }

  /** The word of a command; empty for a question, which has none. */
  public static String verb(InuseCommand.Verb verb) {
    return switch (verb) {
      case ASK -> "";
      case FREE -> "free";
      case WAIT -> "wait";
      case TUNE -> "tune";
    };
  }

  /** The option for a choice. */
  public static String option(InuseCommand.Choice choice) {
    return switch (choice) {
      case REUSE_ADDRESS -> "--reuseaddr";
      case NO_REUSE_ADDRESS -> "--no-reuseaddr";
      case REUSE_PORT -> "--reuseport";
      case IPV6_ONLY -> "--v6only";
      case NON_LOCAL -> "--freebind";
      case DEVICE -> "--device";
      case PROCESS_NAMESPACE -> "--pid";
      case ALL_NAMESPACES -> "--all-netns";
      case DEADLINE -> "--deadline";
      case SIGNAL -> "--signal";
      case DESTROY_SOCKETS -> "--destroy";
      case MAX_PROCESSES -> "--max";
      case ONLY_MINE -> "--only-mine";
      case WORKING_UNDER -> "--under";
      case PROCESS_NAME -> "--command";
      case WITH_STARTER -> "--with";
      case ROLE -> "--for";
      case RESERVED_PORTS -> "--reserve";
      case SETTING -> "--set";
      case UNDO -> "--undo";
      case PERSIST -> "--persist";
    };
  }
}
