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
import inuse.core.evidence.Uid;
import inuse.core.list.Filter;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import inuse.core.list.Row;
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

  public ExitCode run(Arguments.Given given) {
    Optional<String> sort = given.value(Option.SORT);
    Optional<Order> order = sort.isEmpty() ? Optional.of(Order.PORT) : sort.flatMap(Order::of);
    if (order.isEmpty()) {
      return session.errors().usage("'" + sort.orElse("") + "' is nothing to sort by", TRY);
    }
    Optional<String> under = given.value(Option.UNDER);
    Optional<Directory> directory = under.flatMap(path -> session.host().directory(path));
    if (under.isPresent() && directory.isEmpty()) {
      return session
          .errors()
          .usage("'" + under.get() + "' of " + Option.UNDER.word() + " is no directory", TRY);
    }
    Words words = Words.of(given.words());
    Extent extent = new Extent(given.has(Option.UNIX), given.has(Option.ALL_NETNS), words.ports());
    Listing all = session.inuse().list(extent);
    List<Row> rows =
        filter(given, words, directory, all).of(all.rows()).stream()
            .sorted(order.get().comparator())
            .toList();
    print(given, new Listing(all.inventory(), rows));
    return status(all, rows);
  }

  private Filter filter(
      Arguments.Given given, Words words, Optional<Directory> directory, Listing all) {
    Optional<Set<ProcessIdentity>> under =
        directory.map(one -> session.inuse().below(one, all.inventory().holders()));
    return new Filter(
        words.ports(),
        words.names(),
        given.has(Option.MINE)
            ? Optional.of(new Uid(session.host().calls().getEffectiveUid()))
            : Optional.empty(),
        under,
        given.has(Option.LEFT_OVER),
        given.has(Option.EXPOSED),
        given.has(Option.UDP),
        given.value(Option.CONTAINER),
        given.value(Option.UNIT));
  }

  private void print(Arguments.Given given, Listing listing) {
    Terminal terminal = session.terminal();
    if (given.has(Option.QUIET)) {
      return;
    }
    if (given.has(Option.JSON)) {
      ListJson.write(Version.TEXT, listing, terminal::printData);
      return;
    }
    Optional<Integer> columns = terminal.columns();
    if (columns.isPresent()) {
      terminal.print(
          ListText.table(
              listing, columns.get(), terminal.environment("HOME"), terminal.isColourful()));
      return;
    }
    terminal.print(ListText.plain(listing));
    listing.inventory().gaps().stream()
        .filter(ListCommand::mayLackRows)
        .forEach(gap ->
            terminal.printError(
                "inuse: not looked at: " + gap.what() + " (" + gap.why().word() + ")\n"));
  }

  private static boolean mayLackRows(Gap gap) {
    return gap.subject() == Gap.Subject.SOCKETS || gap.subject() == Gap.Subject.NAMESPACES;
  }

  private static ExitCode status(Listing all, List<Row> rows) {
    if (!rows.isEmpty()) {
      return ExitCode.DONE;
    }
    boolean blind =
        all.rows().isEmpty() && all.inventory().gaps().stream().anyMatch(ListCommand::mayLackRows);
    return blind ? ExitCode.UNKNOWN : ExitCode.FREE;
  }
}
