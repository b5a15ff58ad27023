package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Gap;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.list.Expectation;
import inuse.core.list.Filter;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import inuse.core.list.Row;
import inuse.render.Escape;
import inuse.render.ExpectationText;
import inuse.render.ListJson;
import inuse.render.ListText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code inuse list}: everything that is bound, and by whom. */
public final class ListCommand {
  private static final String TRY = "try: inuse list --help";

  private final Session session;

  public ListCommand(Session session) {
    this.session = session;
  }

  /** Words of the command line, sorted out. */
  private record Words(PortSet ports, List<String> names) {
    static Words of(List<String> words) {
      PortSet ports = PortSet.NONE;
      List<String> names = new ArrayList<>();
      for (String word : words) {
        Optional<PortSet> set = PortSet.parse(word.startsWith(":") ? word.substring(1) : word);
        if (set.isPresent()) {
          ports = ports.plus(set.get());
        } else {
          names.add(ErrorReporter.latin1(word).bytes());
        }
      }
      return new Words(ports, names);
    }
  }

  /** What is listed, or why that makes no sense. */
  sealed interface Listed {
    /**
     * The rows.
     *
     * @param blind whether there is none because nobody could tell
     */
    record Of(Listing listing, boolean blind) implements Listed {
      ExitCode status() {
        if (!listing.rows().isEmpty()) {
          return ExitCode.DONE;
        }
        return blind ? ExitCode.UNKNOWN : ExitCode.FREE;
      }
    }

    /** A wrong option. */
    record Wrong(String problem) implements Listed {}
  }

  public ExitCode run(Arguments.Given given) {
    return switch (listed(given)) {
      case Listed.Wrong(String problem) -> session.errors().usage(problem, TRY);
      case Listed.Of listed -> {
        if (given.has(Option.SAVE)) {
          yield saved(given, listed);
        }
        if (given.has(Option.EXPECT)) {
          yield compared(given, listed);
        }
        print(given, listed.listing(), Optional.empty());
        yield listed.status();
      }
    };
  }

  /** The rows that the options and words ask for. */
  Listed listed(Arguments.Given given) {
    Optional<String> sort = given.value(Option.SORT);
    Optional<Order> order = sort.isEmpty() ? Optional.of(Order.PORT) : sort.flatMap(Order::of);
    if (order.isEmpty()) {
      return new Listed.Wrong("'" + sort.orElse("") + "' is nothing to sort by");
    }
    Optional<String> under = given.value(Option.UNDER);
    Optional<Directory> directory = under.flatMap(path -> session.host().directory(path));
    if (under.isPresent() && directory.isEmpty()) {
      return new Listed.Wrong(
          "'" + under.get() + "' of " + Option.UNDER.word() + " is no directory");
    }
    Words words = Words.of(given.words());
    Extent extent = new Extent(given.has(Option.UNIX), given.has(Option.ALL_NETNS), words.ports());
    Listing all = session.inuse().list(extent);
    List<Row> rows =
        filter(given, words, directory, all).of(all.rows()).stream()
            .sorted(order.get().comparator())
            .toList();
    boolean blind =
        all.rows().isEmpty() && all.inventory().gaps().stream().anyMatch(ListCommand::mayLackRows);
    return new Listed.Of(new Listing(all.inventory(), rows), blind);
  }

  private static Expectation served(Listing listing) {
    return Expectation.of(
        listing.rows(), listing.inventory().spaces().getFirst().ephemeral().toOptional());
  }

  private ExitCode saved(Arguments.Given given, Listed.Of listed) {
    String path = given.value(Option.SAVE).orElse("");
    Expectation served = served(listed.listing());
    Optional<String> problem = session.inuse().save(served, ErrorReporter.latin1(path));
    if (problem.isPresent()) {
      return session.errors().failed(ExitCode.NOT_DONE, problem.get(), "give another file");
    }
    if (!given.has(Option.QUIET)) {
      int count = served.entries().size();
      session
          .terminal()
          .print(
              Escape.text(ErrorReporter.latin1(path))
                  + ": "
                  + count
                  + (count == 1 ? " place" : " places")
                  + " that should be served\n");
    }
    return listed.status() == ExitCode.UNKNOWN ? ExitCode.UNKNOWN : ExitCode.DONE;
  }

  private ExitCode compared(Arguments.Given given, Listed.Of listed) {
    String path = given.value(Option.EXPECT).orElse("");
    Optional<Expectation> expected = session.inuse().expectation(ErrorReporter.latin1(path));
    if (expected.isEmpty()) {
      return session
          .errors()
          .usage(
              "'" + path + "' is no file of what should be served",
              "make one: inuse list --save FILE");
    }
    List<Expectation.Difference> differences = expected.get().differences(served(listed.listing()));
    if (given.has(Option.JSON)) {
      print(given, listed.listing(), Optional.of(differences));
    } else if (!given.has(Option.QUIET)) {
      session.terminal().print(ExpectationText.of(differences));
    }
    if (listed.status() == ExitCode.UNKNOWN) {
      return ExitCode.UNKNOWN;
    }
    return differences.isEmpty() ? ExitCode.DONE : ExitCode.NOT_DONE;
  }

  private Filter filter(
      Arguments.Given given, Words words, Optional<Directory> directory, Listing all) {
    Optional<Set<ProcessIdentity>> under =
        directory.map(one -> session.inuse().below(one, all.inventory().holders()));
    return new Filter(
        words.ports(),
        words.names(),
        given.has(Option.MINE) ? Optional.of(all.inventory().asker()) : Optional.empty(),
        under,
        given.has(Option.LEFT_OVER),
        given.has(Option.EXPOSED),
        given.has(Option.UDP),
        given.value(Option.CONTAINER),
        given.value(Option.UNIT));
  }

  private void print(
      Arguments.Given given, Listing listing, Optional<List<Expectation.Difference>> differences) {
    Terminal terminal = session.terminal();
    if (given.has(Option.QUIET)) {
      return;
    }
    if (given.has(Option.JSON)) {
      ListJson.write(Version.TEXT, listing, differences, terminal::printData);
      return;
    }
    show(terminal, listing);
    if (terminal.columns().isPresent()) {
      return;
    }
    listing.inventory().gaps().stream()
        .filter(ListCommand::mayLackRows)
        .forEach(gap ->
            terminal.printError(
                "inuse: not looked at: " + gap.what() + " (" + gap.why().word() + ")\n"));
  }

  /** The rows for a screen, or for a pipe. */
  static void show(Terminal terminal, Listing listing) {
    Optional<Integer> columns = terminal.columns();
    terminal.print(
        columns.isPresent()
            ? ListText.table(
                listing, columns.get(), terminal.environment("HOME"), terminal.isColourful())
            : ListText.plain(listing));
  }

  private static boolean mayLackRows(Gap gap) {
    return gap.subject() == Gap.Subject.SOCKETS || gap.subject() == Gap.Subject.NAMESPACES;
  }
}
