package inuse.core.explain.rule;

import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * The text that some programs write over their arguments, which leaves a single one: {@code nginx:
 * master process nginx -g daemon off;}, {@code npm run dev}.
 */
final class ProcessTitle {
  private ProcessTitle() {}

  /** Whether it is the command's own line, or ends with it. */
  static boolean names(IntendedCommand intended, List<Untrusted> held) {
    return title(held)
        .filter(title ->
            title.indexOf(": ") >= 0
                ? isEnd(title, line(intended.program(), intended.arguments()))
                : isScripts(title, intended))
        .isPresent();
  }

  /** Whether it says nothing of the arguments with which that program was started. */
  static boolean hides(IntendedCommand intended, List<Untrusted> held) {
    String name = intended.program().baseName().bytes();
    return title(held)
        .map(title -> title.substring(title.indexOf(": ") + 1))
        .filter(rest -> rest.indexOf(" " + name + " ") < 0 && rest.indexOf("/" + name + " ") < 0)
        .isPresent();
  }

  private static Optional<String> title(List<Untrusted> held) {
    List<String> texts = held.stream().map(Untrusted::bytes).filter(one -> !one.isEmpty()).toList();
    boolean single = texts.size() == 1 && texts.getFirst().indexOf(' ') > 0;
    return single ? Optional.of(texts.getFirst()) : Optional.empty();
  }

  private static boolean isEnd(String title, String line) {
    return title.endsWith(" " + line) || title.endsWith("/" + line);
  }

  /** {@code npm run dev} of the interpreter's script npm. */
  private static boolean isScripts(String title, IntendedCommand intended) {
    List<IntendedCommand.Argument> words = intended.arguments();
    return words.size() > 1
        && words.getFirst().file().isPresent()
        && title.equals(line(words.getFirst().text(), words.subList(1, words.size())));
  }

  private static String line(Untrusted program, List<IntendedCommand.Argument> arguments) {
    StringBuilder line = new StringBuilder(program.baseName().bytes());
    arguments.forEach(argument -> line.append(' ').append(argument.text().bytes()));
    return line.toString();
  }
}
