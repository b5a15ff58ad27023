package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Target;
import inuse.core.fix.FreeOptions;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import inuse.render.FreedJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code inuse free --left-over --under DIR}: ends what nobody keeps any more, after it was shown
 * as a list. Nothing that is not in the list is ended.
 */
public final class LeftOverCommand {
  private static final String TRY = "try: inuse list --left-over --under .";

  private final Session session;

  public LeftOverCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    OptionValues values = new OptionValues(given);
    FreeOptions options = values.limits(session.host());
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), TRY);
    }
    if (options.under().isEmpty()) {
      return session.errors().usage("left over below which directory?", TRY);
    }
    if (given.has(Option.NETNS) || given.has(Option.CONTAINER) || given.has(Option.PID)) {
      return session
          .errors()
          .usage("left over in another network namespace is nothing that is looked for", TRY);
    }
    ListRequest request = new ListRequest(session, given);
    if (request.problem().isPresent()) {
      return session.errors().usage(request.problem().get(), TRY);
    }
    Listing all = session.inuse().list(request.extent());
    Listing wanted = request.of(all);
    return wanted.rows().isEmpty()
        ? nothing(given, ListCommand.status(all, wanted.rows()))
        : free(given, wanted, options);
  }

  private ExitCode nothing(Arguments.Given given, ExitCode status) {
    if (given.has(Option.JSON)) {
      session.terminal().printData(FreedJson.of(Version.TEXT, List.of()));
    } else if (!given.has(Option.QUIET)) {
      session.terminal().print("nothing that is bound was left over there\n");
    }
    return status == ExitCode.UNKNOWN ? status : ExitCode.DONE;
  }

  private ExitCode free(Arguments.Given given, Listing listing, FreeOptions options) {
    Set<ProcessIdentity> those = new LinkedHashSet<>();
    Set<Target> targets = new LinkedHashSet<>();
    for (Row row : listing.rows()) {
      row.holders().stream().map(Holder::identity).forEach(those::add);
      if (row.held() instanceof Row.Held.Ports ports) {
        ports.sockets().stream().map(LeftOverCommand::target).forEach(targets::add);
      }
    }
    boolean silent = given.has(Option.QUIET) || given.has(Option.JSON);
    if (!silent) {
      ListCommand.show(session.terminal(), listing);
    }
    boolean acts = !given.has(Option.DRY_RUN);
    if (acts && !given.has(Option.YES)) {
      if (silent || !session.terminal().isInteractive()) {
        return session
            .errors()
            .failed(
                ExitCode.REFUSED,
                "not confirmed: there is no terminal to ask on, and --yes was not given",
                session.errors().with(Option.YES));
      }
      if (!session.terminal().confirms("end " + count(those.size()) + "?")) {
        return ExitCode.NOT_DONE;
      }
    }
    return switch (Request.read(given.about(List.of()), session.inuse())) {
      case Request.Refused refused -> session.refuse(refused);
      case Request.Of request ->
          new FreeCommand(session)
              .run(
                  new Request.Of(
                      given, new ArrayList<>(targets), request.namespaces(), request.newcomer()),
                  options.only(those),
                  false);
    };
  }

  private static String count(int processes) {
    return processes == 1 ? "this process" : "these " + processes + " processes";
  }

  /** The very place, not every server that shares the port. */
  private static PortTarget target(BoundSocket socket) {
    return new PortTarget(
        socket.protocol(), Optional.of(socket.local().address()), socket.local().port());
  }
}
