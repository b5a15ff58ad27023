package inuse.cli.help;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.cli.line.Policy;
import inuse.cli.line.Verb;
import inuse.cli.terminal.Colour;
import inuse.core.Inuse;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Signal;
import inuse.core.list.Order;
import inuse.core.list.Row;
import inuse.core.tune.Setting;
import inuse.render.Escape;
import inuse.render.ListText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Completions for the end of a command line. A shell gets the kind of word, and then the matching
 * words, each with a tab and a short description. None of them needs quoting in any shell.
 */
public final class Completion {
  private static final String WORDS = ":words\n";
  private static final String FILES = ":files\n";
  private static final String COMMAND = ":command ";

  private final Inuse inuse;
  private final StringBuilder text = new StringBuilder(WORDS);
  private String prefix = "";
  private String word = "";

  public Completion(Inuse inuse) {
    this.inuse = inuse;
  }

  /**
   * The completions of the last word.
   *
   * @param words the words after the command's name; the last is to be completed, and may be empty
   */
  public String next(List<String> words) {
    List<String> before = words.subList(0, Math.max(0, words.size() - 1));
    word = words.isEmpty() ? "" : words.getLast();
    boolean starts = Arguments.starts(before);
    boolean optionsAreOver = false;
    Optional<Option> open = Optional.empty();
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      String one = before.get(i);
      if (open.isPresent()) {
        open = Optional.empty();
      } else if (one.equals("--") && !optionsAreOver) {
        if (starts || plain.stream().limit(1).anyMatch(Completion::endsInCommand)) {
          return COMMAND + (i + 1) + "\n";
        }
        optionsAreOver = true;
      } else if (one.startsWith("-") && !optionsAreOver) {
        open = Option.named(one).filter(Option::takesValue);
      } else if (starts && !plain.isEmpty()) {
        return COMMAND + i + "\n";
      } else {
        plain.add(one);
      }
    }
    Verb verb = plain.stream().findFirst().flatMap(Verb::named).orElse(Verb.ASK);
    int equals = word.indexOf('=');
    Optional<Option> named =
        !optionsAreOver && word.startsWith("--") && equals > 0
            ? Option.named(word.substring(0, equals)).filter(Option::takesValue)
            : Optional.empty();
    if (open.isPresent()) {
      return values(open.get(), verb);
    }
    if (named.isPresent()) {
      prefix = word.substring(0, equals + 1);
      word = word.substring(equals + 1);
      return values(named.get(), verb);
    }
    if (word.startsWith("-") && !optionsAreOver) {
      return options(verb);
    }
    if (plain.isEmpty()) {
      verbs();
      return targets();
    }
    return operands(verb, before.size());
  }

  private static boolean endsInCommand(String verb) {
    return verb.equals(Verb.HOLD.word()) || verb.equals(Verb.RECORD.word());
  }

  private String operands(Verb verb, int at) {
    return switch (verb) {
      case ASK, LIST, HISTORY, FREE, WAIT, NEXT, WATCH -> targets();
      case RUN -> COMMAND + at + "\n";
      case EXPLAIN -> {
        for (List<String> names : Pages.names()) {
          offer(names.getFirst().replace(" ", "-").replace("--", "-"), "");
        }
        yield text.toString();
      }
      case HOOK -> all(Stream.of(AgentPage.values()).map(AgentPage::word));
      case COMPLETION -> all(Stream.of(Shell.values()).map(Shell::word));
      case HOLD, RECORD, SERVE, FLEET, TUNE, MCP, SCHEMA, MAN -> text.toString();
    };
  }

  private String options(Verb verb) {
    for (Option option : Option.values()) {
      if (option.verbs().contains(verb)) {
        offer(option.word(), option.help(verb));
      }
    }
    return text.toString();
  }

  private void verbs() {
    for (Verb verb : Verb.values()) {
      offer(verb.word(), verb.help());
    }
  }

  private String values(Option option, Verb verb) {
    return switch (option) {
      case FOR -> verb == Verb.TUNE ? all(Stream.of("client", "server")) : text.toString();
      case PORT, LISTEN -> targets();
      case ON_CONFLICT -> all(Stream.of(Policy.values()).map(Policy::word));
      case RESTART -> all(Stream.of("on-failure", "always"));
      case UNTIL -> all(Stream.of("bindable", "listening"));
      case COLOR -> all(Stream.of(Colour.values()).map(Colour::word));
      case SET ->
          all(
              Stream.of(Setting.values())
                  .flatMap(one -> Stream.of(one.shortName() + "=", one.key() + "=")));
      case SIGNAL -> all(Signal.names().stream());
      case LANG -> all(Pages.languages().stream());
      case AS -> all(users());
      case NETNS -> all(entries("/run/netns"));
      case DEVICE -> all(entries("/sys/class/net"));
      case UNDER, SAVE, EXPECT -> FILES;
      case SORT -> all(Stream.of(Order.values()).map(Order::word));
      default -> text.toString();
    };
  }

  private Stream<String> users() {
    return inuse.host().lines("/etc/passwd").stream()
        .map(line -> line.indexOf(':') < 0 ? line : line.substring(0, line.indexOf(':')));
  }

  private Stream<String> entries(String directory) {
    return inuse.host().names(directory).stream();
  }

  private String targets() {
    if (word.startsWith("/") || word.startsWith(".")) {
      return FILES;
    }
    Set<String> offered = new HashSet<>();
    List<Row> rows = inuse.list(Extent.HERE).rows();
    for (Protocol protocol : Protocol.values()) {
      for (Row row : rows) {
        if (row.held() instanceof Row.Held.Ports held && held.protocol() == protocol) {
          for (Port port : held.ports()) {
            String target = new PortTarget(protocol, Optional.empty(), port).toString();
            if (offered.add(target)) {
              offer(target, ListText.who(row));
            }
          }
        }
      }
    }
    return text.toString();
  }

  private String all(Stream<String> words) {
    words.forEach(one -> offer(one, ""));
    return text.toString();
  }

  /**
   * Offers a candidate, unless a shell would have to quote it.
   *
   * @param about a description, of which others' words are escaped already
   */
  private void offer(String candidate, String about) {
    if (candidate.isEmpty()
        || !candidate.startsWith(word)
        || !Escape.shell(candidate).equals(candidate)) {
      return;
    }
    text.append(prefix).append(candidate);
    if (!about.isEmpty()) {
      text.append('\t').append(about);
    }
    text.append('\n');
  }
}
