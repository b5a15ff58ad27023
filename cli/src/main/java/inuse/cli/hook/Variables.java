package inuse.cli.hook;

import inuse.cli.hook.ShellWord.Part;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The variables of a line, and words with them in their place. */
final class Variables {
  /** Maximum words that one word becomes. */
  private static final int MAX_WORDS = 64;

  /** Maximum characters of one that is put together: variables may double with each line. */
  private static final int MAX_LENGTH = 16_384;

  /**
   * What a variable holds.
   *
   * @param texts each of the values that it may have; none where they are not known
   */
  private record Value(List<String> texts, Optional<Aim> aim) {}

  // Not hashed: the line chooses the names.
  private final Map<String, Value> values = new TreeMap<>();
  private final Map<String, Optional<Aim>> written = new TreeMap<>();
  private final Function<ShellLine, Flow> printed;

  /**
   * No variables yet.
   *
   * @param printed what a command line prints
   */
  Variables(Function<ShellLine, Flow> printed) {
    this.printed = printed;
  }

  /** What a command has written into a file. */
  void write(String path, Optional<Aim> aim) {
    written.put(path, aim);
  }

  /** Which processes a file is about that the line itself has written. */
  Optional<Aim> written(String path) {
    return written.getOrDefault(path, Optional.empty());
  }

  void put(String name, List<Argument> words) {
    List<String> texts = Argument.texts(words);
    values.put(
        name,
        new Value(
            texts.contains(Argument.UNKNOWN) ? List.of() : List.copyOf(texts),
            Argument.aim(words)));
  }

  /** Takes {@code NAME=VALUE}; false where the word is none. */
  boolean assign(ShellWord word) {
    if (word.parts().isEmpty() || !(word.parts().getFirst() instanceof Part.Literal(String text))) {
      return false;
    }
    int equals = text.indexOf('=');
    String name =
        equals > 0 && text.charAt(equals - 1) == '+'
            ? text.substring(0, equals - 1)
            : text.substring(0, Math.max(equals, 0));
    if (name.isEmpty() || !Untrusted.isPlain(name, "_") || Numbers.isDigits(name)) {
      return false;
    }
    List<Part> parts = new ArrayList<>(word.parts());
    parts.set(0, new Part.Literal(text.substring(equals + 1)));
    List<Argument> value = new ArrayList<>(expand(new ShellWord(parts, true)));
    Value before = values.get(name);
    if (name.length() < equals && before != null) {
      before.texts.forEach(one -> value.add(new Argument(one, before.aim)));
    }
    put(name, value);
    return true;
  }

  /** The words that a word becomes. */
  List<Argument> expand(ShellWord word) {
    List<String> texts = List.of("");
    Optional<Aim> aim = Optional.empty();
    for (Part part : word.parts()) {
      switch (part) {
        case Part.Literal(String text) -> texts = joined(texts, List.of(text));
        case Part.Variable variable -> {
          Value value = value(variable, word.isQuoted());
          aim = Aim.both(aim, value.aim);
          texts = joined(texts, value.texts);
        }
        case Part.Printed(ShellLine line) -> {
          Flow flow = printed.apply(line);
          aim = Aim.both(aim, flow.aim());
          texts = joined(texts, List.of(flow.text().isEmpty() ? Argument.UNKNOWN : flow.text()));
        }
      }
    }
    List<Argument> words = new ArrayList<>();
    for (String text : texts) {
      words.add(new Argument(text, aim));
    }
    return words;
  }

  private Value value(Part.Variable variable, boolean isQuoted) {
    Value value = values.get(variable.name());
    if (value == null) {
      return new Value(List.of(variable.expression()), Optional.empty());
    }
    List<String> texts = new ArrayList<>();
    for (String text : value.texts) {
      texts.addAll(isQuoted ? List.of(text) : Words.split(text));
    }
    return new Value(texts.isEmpty() ? List.of(Argument.UNKNOWN) : texts, value.aim);
  }

  private static List<String> joined(List<String> starts, List<String> ends) {
    List<String> joined = new ArrayList<>();
    for (String start : starts) {
      for (String end : ends) {
        if (joined.size() < MAX_WORDS) {
          boolean fits = start.isEmpty() || start.length() + end.length() <= MAX_LENGTH;
          joined.add(fits ? start + end : Argument.UNKNOWN);
        }
      }
    }
    return joined;
  }
}
