package inuse.cli.line;

import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Untrusted;
import inuse.render.Escape;
import inuse.render.JsonAnswer;
import inuse.render.JsonLayout;
import java.util.List;
import java.util.Optional;

/** Reports why a command failed. */
public final class ErrorReporter {
  private final Terminal terminal;
  private final boolean json;
  private final boolean starts;
  private final List<String> words;

  /**
   * A reporter for one command line.
   *
   * @param words the command line
   */
  public ErrorReporter(Terminal terminal, List<String> words) {
    this.terminal = terminal;
    this.words = words;
    starts = Arguments.launches(words);
    json = isJson(words);
  }

  /** Whether JSON is wanted; what stands behind a program's name is the program's. */
  private static boolean isJson(List<String> words) {
    if (Arguments.parse(words) instanceof Arguments.Given given) {
      return given.has(Option.JSON);
    }
    int program = words.indexOf("--");
    return words.subList(0, program < 0 ? words.size() : program).contains(Option.JSON.word());
  }

  /** How documents are laid out: among a program's own output, each is a line. */
  public JsonLayout layout() {
    return starts ? JsonLayout.LINE : JsonLayout.INDENTED;
  }

  /** The command line that is complained about. */
  public List<String> words() {
    return words;
  }

  /** Prints one line to standard error, and for programs a document to standard output. */
  public ExitCode failed(ExitCode code, String message, String instead) {
    if (json) {
      Terminal programs = starts ? terminal.toErrors() : terminal;
      programs.printData(JsonAnswer.error(code.number(), latin1(message), instead, layout()));
    }
    if (json && starts) {
      return code;
    }
    terminal.printError("inuse: " + Escape.text(latin1(message)) + "; " + instead + "\n");
    return code;
  }

  /** Reports an invalid command line. */
  public ExitCode usage(String message, String instead) {
    return failed(starts ? ExitCode.NOT_STARTED : ExitCode.USAGE, message, instead);
  }

  /** Reports that inuse itself failed. */
  public ExitCode fault(String message, String instead) {
    return failed(starts ? ExitCode.NOT_STARTED : ExitCode.BUG, message, instead);
  }

  /** The same command line, by root. */
  public String withSudo() {
    return line("sudo inuse", words);
  }

  /** The same command line with one more option. */
  public String with(Option option) {
    return with(option, "");
  }

  /**
   * The same command line with one more option.
   *
   * @param value empty for an option that takes none
   */
  public String with(Option option, String value) {
    int verb = words.isEmpty() || Verb.named(words.getFirst()).isEmpty() ? 0 : 1;
    StringBuilder line = new StringBuilder("inuse");
    words.subList(0, verb).forEach(word -> line.append(' ').append(word));
    line.append(' ').append(option.word());
    if (!value.isEmpty()) {
      line.append(' ').append(value);
    }
    words.subList(verb, words.size()).forEach(word -> line.append(' ').append(quoted(word)));
    return line.toString();
  }

  /** The command line that was probably meant, where this one is wrong. */
  public Optional<String> meant() {
    return MeantLine.of(words).map(line -> "did you mean: " + line);
  }

  static String line(String start, List<String> words) {
    StringBuilder line = new StringBuilder(start);
    words.forEach(word -> line.append(' ').append(quoted(word)));
    return line.toString();
  }

  private static String quoted(String word) {
    return Escape.shell(Escape.word(latin1(word)));
  }

  /** Text that contains the user's words, in which any byte may occur. */
  public static Untrusted latin1(String text) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      bytes.append(text.charAt(i) <= 0xff ? text.charAt(i) : '?');
    }
    return new Untrusted(bytes.toString());
  }
}
