package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Gap;
import inuse.core.list.Expectation;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import inuse.render.Escape;
import inuse.render.ExpectationText;
import inuse.render.ListJson;
import inuse.render.ListText;
import java.util.List;
import java.util.Optional;

/** {@code inuse list}: everything that is bound, and by whom. */
public final class ListCommand {
  private static final String TRY = "try: inuse list --help";

  private final Session session;

  public ListCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    ListRequest request = new ListRequest(session, given);
    if (request.problem().isPresent()) {
      return session.errors().usage(request.problem().get(), TRY);
    }
    Listing all = session.inuse().list(request.extent());
    Listing wanted = request.of(all);
    ExitCode status = status(all, wanted.rows());
    if (given.has(Option.SAVE)) {
      return saved(given, wanted, status);
    }
    if (given.has(Option.EXPECT)) {
      return compared(given, wanted, status);
    }
    print(given, wanted, Optional.empty());
    return status;
  }

  private static Expectation served(Listing listing) {
    return Expectation.of(
        listing.rows(), listing.inventory().spaces().getFirst().ephemeral().toOptional());
  }

  private ExitCode saved(Arguments.Given given, Listing listing, ExitCode status) {
    String path = given.value(Option.SAVE).orElse("");
    Expectation served = served(listing);
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
    return status == ExitCode.UNKNOWN ? status : ExitCode.DONE;
  }

  private ExitCode compared(Arguments.Given given, Listing listing, ExitCode status) {
    String path = given.value(Option.EXPECT).orElse("");
    Optional<Expectation> expected = session.inuse().expectation(ErrorReporter.latin1(path));
    if (expected.isEmpty()) {
      return session
          .errors()
          .usage(
              "'" + path + "' was not written by inuse list --save",
              "make one: inuse list --save FILE");
    }
    List<Expectation.Difference> differences = expected.get().differences(served(listing));
    if (given.has(Option.JSON)) {
      print(given, listing, Optional.of(differences));
    } else if (!given.has(Option.QUIET)) {
      session.terminal().print(ExpectationText.of(differences));
    }
    if (status == ExitCode.UNKNOWN) {
      return status;
    }
    return differences.isEmpty() ? ExitCode.DONE : ExitCode.NOT_DONE;
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

  /** What the rows of all that is bound answer. */
  static ExitCode status(Listing all, List<Row> rows) {
    if (!rows.isEmpty()) {
      return ExitCode.DONE;
    }
    boolean blind =
        all.rows().isEmpty() && all.inventory().gaps().stream().anyMatch(ListCommand::mayLackRows);
    return blind ? ExitCode.UNKNOWN : ExitCode.FREE;
  }
}
