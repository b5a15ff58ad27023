package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Commands in words, for comparing: a choice by the name that it has here. */
public final class Written {
  private Written() {}

  public static List<String> words(Remedy remedy) {
    return words(remedy.command());
  }

  public static List<String> words(RemedyCommand command) {
    List<String> words = new ArrayList<>(command.words());
    command.ours().ifPresent(ours -> words.addAll(words(ours)));
    return words;
  }

  public static List<String> words(InuseCommand command) {
    List<String> words = new ArrayList<>();
    if (command.asRoot()) {
      words.add("sudo");
    }
    words.add("inuse");
    if (command.verb() != InuseCommand.Verb.ASK) {
      words.add(command.verb().name().toLowerCase(Locale.ROOT));
    }
    command.namespace().ifPresent(path -> words.add("in " + path));
    for (InuseCommand.Given given : command.options()) {
      words.add(given.choice().name());
      given.value().ifPresent(words::add);
    }
    command.target().ifPresent(words::add);
    return words;
  }

  public static String line(InuseCommand command) {
    return String.join(" ", words(command));
  }
}
