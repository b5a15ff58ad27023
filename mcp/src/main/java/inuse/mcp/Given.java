package inuse.mcp;

import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.render.Escape;
import java.util.List;
import java.util.Optional;

/** The arguments of a call, checked against the tool's parameters. */
final class Given {
  /** Characters of a word that is repeated in an error. */
  private static final int MAX_REPEATED = 60;

  private final JsonValue arguments;
  private final List<Parameter> parameters;

  private Given(JsonValue arguments, List<Parameter> parameters) {
    this.arguments = arguments;
    this.parameters = parameters;
  }

  /** The result of reading arguments. */
  sealed interface Read {
    record Understood(Given given) implements Read {}

    record Wrong(String why) implements Read {}
  }

  /** Reads the arguments for a tool with those parameters. */
  static Read read(JsonValue arguments, List<Parameter> parameters) {
    List<JsonValue.Member> members =
        arguments instanceof JsonValue.Members(List<JsonValue.Member> given) ? given : List.of();
    for (JsonValue.Member member : members) {
      Optional<Parameter> parameter =
          parameters.stream().filter(one -> one.name().equals(member.name())).findFirst();
      if (parameter.isEmpty()) {
        return new Read.Wrong("there is no parameter '" + repeated(member.name()) + "'");
      }
      Optional<String> wrong = wrong(parameter.get(), member.value());
      if (wrong.isPresent()) {
        return new Read.Wrong("'" + member.name() + "' is " + wrong.get());
      }
    }
    Given given = new Given(arguments, parameters);
    return parameters.stream()
        .filter(one -> one.isRequired() && given.text(one.name()).isEmpty())
        .findFirst()
        .<Read>map(one -> new Read.Wrong("'" + one.name() + "' is missing"))
        .orElseGet(() -> new Read.Understood(given));
  }

  /** The client's own words, for an error. */
  static String repeated(String word) {
    return Escape.text(new Untrusted(word), MAX_REPEATED);
  }

  private static Optional<String> wrong(Parameter parameter, JsonValue value) {
    boolean well =
        switch (parameter.kind()) {
          case Parameter.Kind.Text text -> value.text().isPresent();
          case Parameter.Kind.Flag flag -> value instanceof JsonValue.Flag;
          case Parameter.Kind.Whole(int least, int most, int otherwise) ->
              whole(value).filter(one -> one >= least && one <= most).isPresent();
          case Parameter.Kind.Choice(List<String> words) ->
              value.text().filter(words::contains).isPresent();
        };
    return well ? Optional.empty() : Optional.of(expected(parameter.kind()));
  }

  private static String expected(Parameter.Kind kind) {
    return switch (kind) {
      case Parameter.Kind.Text text -> "to be a text";
      case Parameter.Kind.Flag flag -> "to be true or false";
      case Parameter.Kind.Whole(int least, int most, int otherwise) ->
          "to be a whole number from " + least + " to " + most;
      case Parameter.Kind.Choice(List<String> words) -> "to be one of " + String.join(", ", words);
    };
  }

  /** A whole number of at most nine digits: none of the limits has more. */
  private static Optional<Integer> whole(JsonValue value) {
    return value.number().filter(number -> number < 1_000_000_000).map(Long::intValue);
  }

  /** A text, one char a byte. */
  Optional<String> text(String name) {
    return arguments.at(name).text();
  }

  /** Whether a flag is set. */
  boolean flag(String name) {
    return arguments.at(name) instanceof JsonValue.Flag(boolean set) && set;
  }

  /** A number, or what is meant where none is given. */
  int whole(String name) {
    return whole(arguments.at(name))
        .orElseGet(() ->
            parameter(name).kind() instanceof Parameter.Kind.Whole(int least, int most, int usual)
                ? usual
                : 0);
  }

  /** A word, or the one that is meant where none is given. */
  String choice(String name) {
    return text(name)
        .orElseGet(() ->
            parameter(name).kind() instanceof Parameter.Kind.Choice(List<String> words)
                ? words.getFirst()
                : "");
  }

  private Parameter parameter(String name) {
    return parameters.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }
}
