package inuse.cli.hook;

import inuse.cli.hook.ShellLine.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The commands of one line in their order: what each reads, and what all of them print. Both
 * branches of a condition are taken, and the body of a loop once.
 */
final class Course {
  private static final List<String> IGNORED = List.of("then", "else", "elif", "do", "!", "time");
  private static final List<String> OPENING = List.of("if", "while", "until", "{");
  private static final List<String> CLOSING = List.of("fi", "done", "}", "esac");
  private static final List<String> READING = List.of("read", "mapfile", "readarray");
  private static final List<String> DECLARING =
      List.of("export", "local", "declare", "typeset", "readonly");

  private final Variables variables;
  private final BiFunction<List<Argument>, Flow, Flow> command;
  private final Deque<Group> groups = new ArrayDeque<>();
  private final List<Token> pending = new ArrayList<>();

  /** Commands between an opening word and its closing one, or the whole line. */
  private static final class Group {
    private final String opening;
    private final Flow input;

    /** Variables that are read from an input that is not known yet. */
    private final List<String> unfed = new ArrayList<>();

    private Optional<Aim> printed = Optional.empty();
    private String text = "";

    /** What the command before a pipe prints. */
    private Optional<Flow> piped = Optional.empty();

    /** The group in it that has ended, until its pipe or end is seen. */
    private Optional<Group> closed = Optional.empty();

    Group(String opening, Flow input) {
      this.opening = opening;
      this.input = input;
    }
  }

  /**
   * A course.
   *
   * @param command what a command prints that reads that
   */
  Course(Variables variables, BiFunction<List<Argument>, Flow, Flow> command, Flow input) {
    this.variables = variables;
    this.command = command;
    groups.push(new Group("", input));
  }

  /** What the line prints. */
  Flow run(ShellLine line) {
    for (Token token : line.tokens()) {
      switch (token) {
        case Token.Operator(String operator) -> operator(operator);
        case Token.Redirection redirection -> pending.add(redirection);
        case Token.Word(ShellWord word) -> word(word);
      }
    }
    end("\n");
    while (groups.size() > 1) {
      close(groups.peek().opening);
      end("\n");
    }
    return new Flow(groups.peek().printed, groups.peek().text);
  }

  private void operator(String operator) {
    switch (operator) {
      case "(" -> {
        pending.clear();
        open(operator);
      }
      case ")" -> {
        end("\n");
        close("(");
      }
      default -> end(operator);
    }
  }

  private void word(ShellWord word) {
    boolean begins = pending.stream().noneMatch(Token.Word.class::isInstance);
    String literal = begins && !word.isQuoted() ? word.literal() : "";
    if (OPENING.contains(literal)) {
      open(literal);
    } else if (CLOSING.contains(literal)) {
      end("\n");
      close(
          switch (literal) {
            case "fi" -> "if";
            case "}" -> "{";
            case "esac" -> "case";
            default -> isLoop(groups.peek().opening) ? groups.peek().opening : "while";
          });
    } else if (!IGNORED.contains(literal)) {
      pending.add(new Token.Word(word));
    }
  }

  private static boolean isLoop(String opening) {
    return List.of("while", "until", "for").contains(opening);
  }

  private void open(String opening) {
    Group outer = groups.peek();
    groups.push(new Group(opening, outer.piped.orElse(outer.input)));
    outer.piped = Optional.empty();
  }

  private void close(String opening) {
    if (groups.size() > 1 && groups.peek().opening.equals(opening)) {
      Group inner = groups.pop();
      groups.peek().closed = Optional.of(inner);
    }
  }

  /** The pending command, or the group that has ended, is followed by that operator. */
  private void end(String operator) {
    Group group = groups.peek();
    List<Token> line = List.copyOf(pending);
    pending.clear();
    Flow out = isEnd(group, line) ? closed(group, line) : simple(group, line);
    for (Token token : line) {
      if (token instanceof Token.Redirection(String sign, String fd, ShellWord to)
          && (sign.startsWith(">") || sign.startsWith("&>"))
          && !sign.equals(">&")
          && !fd.equals("2")) {
        variables.write(to.literal(), out.aim());
        out = Flow.NOTHING;
      }
    }
    if (operator.startsWith("|") && !operator.equals("||")) {
      group.piped = Optional.of(out);
    } else {
      group.piped = Optional.empty();
      group.printed = Aim.both(group.printed, out.aim());
      group.text = out.text().isEmpty() ? group.text : out.text();
    }
  }

  private static boolean isEnd(Group group, List<Token> line) {
    return group.closed.isPresent() && line.stream().noneMatch(Token.Word.class::isInstance);
  }

  private Flow closed(Group group, List<Token> line) {
    Group inner = group.closed.orElseThrow();
    group.closed = Optional.empty();
    Optional<Flow> fed = redirected(line);
    fed.ifPresent(flow -> inner.unfed.forEach(name -> read(name, flow)));
    if (fed.isEmpty()) {
      group.unfed.addAll(inner.unfed);
    }
    return new Flow(inner.printed, inner.text);
  }

  private Flow simple(Group group, List<Token> line) {
    group.closed = Optional.empty();
    Flow input = redirected(line).or(() -> group.piped).orElse(group.input);
    List<ShellWord> words = new ArrayList<>();
    for (Token token : line) {
      boolean assigned =
          token instanceof Token.Word(ShellWord word) && words.isEmpty() && variables.assign(word);
      if (!assigned && token instanceof Token.Word(ShellWord word)) {
        words.add(word);
      }
    }
    String first = words.isEmpty() ? "" : words.getFirst().literal();
    if (first.equals("function")) {
      boolean sameLine = words.size() > 2 && words.get(2).literal().equals("{");
      return simple(
          group,
          words.subList(sameLine ? 3 : words.size(), words.size()).stream()
              .map(word -> (Token) new Token.Word(word))
              .toList());
    }
    if (first.equals("for") || first.equals("select")) {
      loop(words);
      return Flow.NOTHING;
    }
    if (first.equals("case")) {
      return Flow.NOTHING;
    }
    if (DECLARING.contains(first)) {
      words.forEach(variables::assign);
      return Flow.NOTHING;
    }
    List<Argument> arguments = new ArrayList<>();
    words.forEach(word -> arguments.addAll(variables.expand(word)));
    if (READING.contains(first)) {
      arguments.stream()
          .skip(1)
          .map(Argument::text)
          .filter(name -> !name.startsWith("-"))
          .forEach(name -> {
            read(name, input);
            if (input.aim().isEmpty()) {
              group.unfed.add(name);
            }
          });
      return Flow.NOTHING;
    }
    return command.apply(arguments, input);
  }

  private void read(String name, Flow input) {
    if (input.aim().isPresent()) {
      variables.put(name, List.of(new Argument(Argument.UNKNOWN, input.aim())));
    }
  }

  /** {@code for NAME in WORD...}. */
  private void loop(List<ShellWord> words) {
    if (words.size() > 2) {
      List<Argument> values = new ArrayList<>();
      for (ShellWord word : words.subList(3, Math.max(3, words.size()))) {
        values.addAll(variables.expand(word));
      }
      variables.put(words.get(1).literal(), values);
    }
    open("for");
  }

  /** What a redirection puts into a command. */
  private Optional<Flow> redirected(List<Token> line) {
    Optional<Flow> input = Optional.empty();
    for (Token token : line) {
      if (token instanceof Token.Redirection(String sign, String fd, ShellWord from)
          && (sign.equals("<") || sign.equals("<<<") || sign.equals("<<"))) {
        List<Argument> words = variables.expand(from);
        boolean isFile = sign.equals("<");
        String text = String.join(" ", Argument.texts(words));
        Optional<Aim> aim = Argument.aim(words);
        input =
            Optional.of(
                isFile
                    ? Flow.about(Aim.both(aim, variables.written(text)))
                    : new Flow(aim, text.contains(Argument.UNKNOWN) ? "" : text));
      }
    }
    return input;
  }
}
