package inuse.rules;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The words of a source in the position of a command: in shell text at the beginning of a command,
 * in Java as the first word of a started process.
 *
 * <p>Some of them are not commands, such as a shell function; so only those count that are commands
 * of the machine, or that the source itself looks up by that name or path.
 */
final class CommandWords {
  private static final String WORD = "[A-Za-z0-9_][A-Za-z0-9_.+-]*";

  /** Who starts a program, or asks for one, with the first literal in the parentheses. */
  private static final Pattern STARTED =
      Pattern.compile(
          "\\b(?:startForeign|startOwn|run|output|outputOf|says|prepare|start|inside|awaitSuccess"
              + "|build|List[.]of|asList|ProcessBuilder|new String\\[\\] *)[({]\\s*\"([^\"\\s]+)\""
              + "|\"--\",\\s*\"([^\"\\s]+)\""
              + "|String\\[\\] \\w+ = [{]\\s*\"([^\"\\s]+)\"");

  /** Who asks for programs by name: whatever is found there is one. */
  private static final Pattern ASKED_FOR =
      Pattern.compile(
          "\\b(?:requireProgram|requires|installed|postgresql|super|built)[(]"
              + "((?:\\s*[a-zA-Z]\\w*,)?\\s*\"[^\"]*\"(?:,\\s*\"[^\"]*\")*)");

  private static final Pattern LITERAL =
      Pattern.compile(
          "(\"-c\",\\s*)?(?:\"\"\"\\n(.*?)\"\"\"|\"((?:[^\"\\\\\\n]|\\\\.)*)\")", Pattern.DOTALL);

  /** What a shell's text has in it, and a sentence has not. */
  private static final Pattern SHELLS = Pattern.compile("[|&$]|; |>[/&]");

  private static final Pattern OTHER_LANGUAGE =
      Pattern.compile(
          "(?m)^\\s*(?:import|from|const|def|class|package|daemon|global)"
              + " |#include|<project|\\w\\(\\)");

  private static final Pattern PLACE =
      Pattern.compile(
          "(?<=^|[|;&({`]|\\b(?:do|then|else|exec|if|while|until|xargs|setsid|nohup) |! )[ \\t]*"
              + "(?:[A-Za-z_]+=\\S*\\s+)*(?:/(?:usr/)?s?bin/)?("
              + WORD
              + ")(?=[\\s;|)\"'`\\\\]|$)",
          Pattern.MULTILINE);

  private static final Pattern PATH =
      Pattern.compile("\"(?:/usr)?(?:/local)?/s?bin/(" + WORD + ")\"");

  private static final Pattern NAME = Pattern.compile("\"(" + WORD + ")\"");

  private CommandWords() {}

  /** The commands that the text of a file starts. */
  static Set<String> in(String name, String text, Predicate<String> isCommand) {
    Set<String> found = new TreeSet<>();
    if (!name.endsWith(".java")) {
      inShell(text.replaceAll("(?m)(^|\\s)#.*$", ""), isCommand, found);
      return found;
    }
    String code = text.replaceAll("(?m)^\\s*(//|/?\\*).*$", "");
    if (name.contains("src/main/")) {
      PATH.matcher(code).results().forEach(one -> found.add(one.group(1)));
      return found;
    }
    ASKED_FOR
        .matcher(code)
        .results()
        .flatMap(one -> NAME.matcher(one.group(1)).results())
        .forEach(one -> found.add(one.group(1)));
    STARTED
        .matcher(code)
        .results()
        .flatMap(one -> Stream.of(one.group(1), one.group(2), one.group(3)))
        .flatMap(Stream::ofNullable)
        .map(word -> word.replaceFirst("^(/usr)?/s?bin/", ""))
        .filter(word -> word.matches(WORD) && isCommand.test(word))
        .forEach(found::add);
    LITERAL.matcher(code).results().forEach(one -> inLiteral(one, isCommand, found));
    return found;
  }

  private static void inLiteral(MatchResult one, Predicate<String> isCommand, Set<String> found) {
    boolean block = one.group(3) == null;
    String text = (block ? one.group(2) : one.group(3)).replace("\\n", "\n");
    boolean shells = one.group(1) != null || SHELLS.matcher(text).find();
    if (shells && !OTHER_LANGUAGE.matcher(text).find()) {
      inShell(text, isCommand, found);
    }
  }

  private static void inShell(String text, Predicate<String> isCommand, Set<String> found) {
    PLACE.matcher(text).results().map(one -> one.group(1)).filter(isCommand).forEach(found::add);
  }
}
