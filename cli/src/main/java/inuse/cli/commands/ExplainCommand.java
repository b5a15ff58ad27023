package inuse.cli.commands;

import inuse.cli.help.Pages;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Suggestion;
import inuse.cli.terminal.Pager;
import inuse.cli.terminal.Terminal;
import inuse.render.MarkdownText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** {@code inuse explain}: what a word means, and what to do about it. */
public final class ExplainCommand {
  private static final String LIST = "inuse explain lists every name";
  private static final int DEFAULT_COLUMNS = 80;

  /** The page that has the languages. */
  private static final String OPTION = "SO_REUSEADDR";

  private final Session session;

  public ExplainCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    List<List<String>> names = Pages.names();
    String asked = String.join(" ", given.words());
    if (asked.isEmpty()) {
      return show(given, given.has(Option.LANG) ? "" : list(names));
    }
    for (int i = 0; i < names.size(); i++) {
      for (String name : names.get(i)) {
        if (plain(name).equals(plain(asked))) {
          return found(given, names.get(i).getFirst(), Pages.text(i));
        }
      }
    }
    return session.errors().usage("nothing is called '" + asked + "'", instead(names, asked));
  }

  private ExitCode found(Arguments.Given given, String name, String page) {
    Optional<String> wanted = given.value(Option.LANG);
    List<String> languages = Pages.languages();
    if (wanted.isEmpty()) {
      return show(given, name.equals(OPTION) ? page + languages(languages) : page);
    }
    int language = languages.indexOf(plain(wanted.get()));
    if (!name.equals(OPTION)) {
      return session
          .errors()
          .usage(name + " is the same in every language", "try: inuse explain " + name);
    }
    return language < 0
        ? session
            .errors()
            .usage("'" + wanted.get() + "' is none of the languages", String.join(", ", languages))
        : show(given, Pages.language(language));
  }

  private static String languages(List<String> languages) {
    return "\n\n## In your language\n\n`inuse explain SO_REUSEADDR --lang LANG`\n\nLANG is "
        + String.join(", ", languages)
        + ".";
  }

  private ExitCode show(Arguments.Given given, String page) {
    Terminal terminal = session.terminal();
    String text =
        MarkdownText.of(page, terminal.columns().orElse(DEFAULT_COLUMNS), terminal.isColourful());
    if (given.has(Option.NO_PAGER)) {
      terminal.print(text);
    } else {
      new Pager(session.host(), session.terminal()).show(text);
    }
    return ExitCode.DONE;
  }

  /** Each name with its page's first sentence, in groups. */
  private static String list(List<List<String>> names) {
    return "# inuse explain NAME"
        + group("What holds a port", names, page -> isOfKind(page, "causes"))
        + group("Errors", names, page -> isOfKind(page, "topics") && isErrno(names.get(page)))
        + group(
            "What people ask", names, page -> isOfKind(page, "topics") && !isErrno(names.get(page)))
        + group("Kernel settings", names, page -> isOfKind(page, "settings"));
  }

  private static boolean isOfKind(int page, String kind) {
    return Pages.kinds().get(page).equals(kind);
  }

  private static boolean isErrno(List<String> names) {
    return names.getFirst().startsWith("E");
  }

  private static String group(String title, List<List<String>> names, IntPredicate wanted) {
    StringBuilder text = new StringBuilder("\n\n## ").append(title).append("\n\n");
    for (int i = 0; i < names.size(); i++) {
      if (!wanted.test(i)) {
        continue;
      }
      String page = Pages.text(i);
      String body = page.substring(page.indexOf("\n\n") + 2);
      int end = body.indexOf("\n\n");
      String first = (end < 0 ? body : body.substring(0, end)).replace('\n', ' ');
      int stop = first.indexOf(". ");
      text.append("- `").append(names.get(i).getFirst()).append("`: ");
      text.append(stop < 0 ? first : first.substring(0, stop + 1)).append('\n');
    }
    return text.substring(0, text.length() - 1);
  }

  /** Upper case, underscores, hyphens and spaces make no difference. */
  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char one = name.charAt(i);
      if (one >= 'A' && one <= 'Z') {
        plain.append((char) (one - 'A' + 'a'));
      } else if ((one >= 'a' && one <= 'z') || (one >= '0' && one <= '9')) {
        plain.append(one);
      }
    }
    return plain.toString();
  }

  private static String instead(List<List<String>> names, String asked) {
    List<String> near = new ArrayList<>();
    for (List<String> page : names) {
      for (String name : page) {
        if (Suggestion.isNear(plain(name), plain(asked)) && !near.contains(page.getFirst())) {
          near.add(page.getFirst());
        }
      }
    }
    return near.isEmpty() ? LIST : "did you mean " + String.join(", ", near) + "? " + LIST;
  }
}
