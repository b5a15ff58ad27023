package inuse.cli.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Goes through a command line as a shell would, without running anything: which processes a text is
 * about goes with it, from the tool that prints it through pipes and variables to the one that ends
 * them.
 */
final class ShellWalk {
  /** Command lines within words of others. */
  private static final int MAX_DEPTH = 6;

  /** Commands that are looked at. */
  private static final int MAX_COMMANDS = 4000;

  private static final List<String> SHELLS = List.of("sh", "bash", "dash", "zsh", "ksh", "ash");

  /** The variable that stands for what is put into the text of a command line. */
  private static final String INPUT = "inuse_input";

  private final List<Aim> ended = new ArrayList<>();
  private final Variables variables = new Variables(line -> walk(line, Flow.NOTHING));
  private int depth;
  private int commands;

  private ShellWalk() {}

  /** What a command line ends that it found by a port or a name; none where it is harmless. */
  static List<Aim> ended(String text) {
    Optional<ShellLine> line = ShellReader.read(text);
    ShellWalk walk = new ShellWalk();
    // What a loop reads stands behind its body: it is known the second time.
    for (int pass = 0; line.isPresent() && pass < 2 && walk.ended.isEmpty(); pass++) {
      walk.walk(line.get(), Flow.NOTHING);
    }
    return walk.ended;
  }

  private Flow walk(ShellLine line, Flow input) {
    return new Course(variables, this::command, input).run(line);
  }

  /** A command line that is a text of another one. */
  private Flow walk(Argument script, Flow input) {
    if (depth == MAX_DEPTH) {
      return Flow.NOTHING;
    }
    String text = script.text();
    if (text.contains(Argument.UNKNOWN)) {
      variables.put(INPUT, List.of(new Argument(Argument.UNKNOWN, script.aim())));
      text = text.replace(Argument.UNKNOWN, "$" + INPUT);
    }
    depth++;
    Flow printed = ShellReader.read(text).map(line -> walk(line, input)).orElse(Flow.NOTHING);
    depth--;
    return printed;
  }

  /** One command with its words; what it prints. */
  private Flow command(List<Argument> line, Flow input) {
    List<Argument> inside = Wrapper.unwrapped(line);
    if (inside.isEmpty() || ++commands > MAX_COMMANDS) {
      return Flow.NOTHING;
    }
    String tool = Words.base(inside.getFirst().text());
    List<Argument> rest = inside.subList(1, inside.size());
    if (SHELLS.contains(tool)) {
      return shell(rest, input);
    }
    return switch (tool) {
      case "kill" -> kill(rest);
      case "xargs" -> each(inside, "adEILnPs", input);
      case "parallel" -> each(inside, "jIn", input);
      case "su", "runuser" -> {
        Optional<String> script =
            new Options(Argument.texts(rest), "csgGw", List.of("--command"))
                .value("-c", "--command");
        yield walk(new Argument(script.orElse(""), Argument.aim(rest)), input);
      }
      case "eval" ->
          walk(new Argument(String.join(" ", Argument.texts(rest)), Argument.aim(rest)), input);
      case "trap" -> rest.isEmpty() ? Flow.NOTHING : walk(rest.getFirst(), Flow.NOTHING);
      case "echo", "printf" -> echo(rest);
      default -> other(tool, rest, input);
    };
  }

  private Flow kill(List<Argument> words) {
    Signals signals = Signals.of(Argument.texts(words), List.of("-s", "-n", "--signal"));
    boolean lists = signals.words().contains("-l") || signals.words().contains("-L");
    if (signals.ends() && !lists) {
      Argument.aim(words).ifPresent(ended::add);
    }
    return Flow.NOTHING;
  }

  private static Flow echo(List<Argument> words) {
    List<String> texts =
        Argument.texts(words).stream().filter(word -> !word.startsWith("-")).toList();
    String text = String.join(" ", texts).replace("\\n", "\n").replace("%s\n", "");
    return new Flow(Argument.aim(words), text.contains(Argument.UNKNOWN) ? "" : text);
  }

  private Flow other(String tool, List<Argument> words, Flow input) {
    List<String> texts = Argument.texts(words);
    Optional<Aim> ends = Ending.of(tool, texts);
    if (ends.isPresent()) {
      ended.add(ends.get());
      return Flow.NOTHING;
    }
    if (Narrowing.isFilter(tool)) {
      Optional<Aim> all = Aim.both(input.aim(), Argument.aim(words));
      for (String file : texts) {
        all = Aim.both(all, variables.written(file));
      }
      return new Flow(
          all.isEmpty() ? all : Narrowing.of(tool, texts, all.get()),
          tool.equals("cat") && words.isEmpty() ? input.text() : "");
    }
    return Flow.about(Lookup.of(tool, texts));
  }

  /** {@code sh -c SCRIPT NAME WORD...}, or a shell that reads its input. */
  private Flow shell(List<Argument> words, Flow input) {
    boolean takesScript = false;
    int at = 0;
    while (at < words.size() && words.get(at).text().startsWith("-")) {
      String option = words.get(at).text();
      takesScript |= !option.startsWith("--") && option.indexOf('c') > 0;
      at++;
    }
    if (!takesScript) {
      boolean readsInput =
          at == words.size() || words.stream().anyMatch(word -> word.text().equals("-s"));
      return readsInput
          ? walk(new Argument(input.text(), input.aim()), Flow.NOTHING)
          : Flow.NOTHING;
    }
    if (at == words.size()) {
      return Flow.NOTHING;
    }
    List<Argument> given = words.subList(at + 1, words.size());
    for (int i = 0; i < given.size() && i < 10; i++) {
      variables.put(Integer.toString(i), given.subList(i, i + 1));
    }
    if (!given.isEmpty()) {
      variables.put("@", given.subList(Math.min(1, given.size() - 1), given.size()));
      variables.put("*", given.subList(Math.min(1, given.size() - 1), given.size()));
    }
    return walk(words.get(at), input);
  }

  /** {@code xargs COMMAND}: the command with what was printed as its words. */
  private Flow each(List<Argument> line, String letters, Flow input) {
    int start = Wrapper.start(line, letters);
    if (start == line.size()) {
      return input;
    }
    String place = placeholder(Argument.texts(line.subList(1, start)));
    List<Argument> command = new ArrayList<>();
    String text =
        input.text().isEmpty() ? Argument.UNKNOWN : String.join(" ", Words.split(input.text()));
    boolean isPlaced = false;
    for (Argument word : line.subList(start, line.size())) {
      boolean has = word.text().contains(place);
      boolean isScript = has && word.text().indexOf(' ') >= 0;
      isPlaced |= has;
      command.add(
          has
              ? new Argument(word.text().replace(place, isScript ? "$" + INPUT : text), input.aim())
              : word);
    }
    List<Argument> put = new ArrayList<>();
    (input.text().isEmpty() ? List.of(Argument.UNKNOWN) : Words.split(input.text()))
        .forEach(word -> put.add(new Argument(word, input.aim())));
    variables.put(INPUT, put);
    if (!isPlaced) {
      command.addAll(put);
    }
    return command(command, Flow.NOTHING);
  }

  private static String placeholder(List<String> options) {
    for (int i = 0; i < options.size(); i++) {
      String option = options.get(i);
      if (option.equals("-I") && i + 1 < options.size()) {
        return options.get(i + 1);
      }
      if (option.startsWith("-I") && option.length() > 2) {
        return option.substring(2);
      }
    }
    return "{}";
  }
}
