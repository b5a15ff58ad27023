package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Policy;
import inuse.cli.line.Request;
import inuse.cli.line.Verb;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Note;
import inuse.core.fix.AddressMonitor;
import inuse.render.Escape;
import inuse.render.JsonAnswer;
import inuse.render.NextJson;
import inuse.render.TextAnswer;
import inuse.run.ListenSockets;
import java.util.List;
import java.util.OptionalInt;

/** Frees an address before a program is started, or says why it is in use. */
final class ConflictResolver {
  private final Session session;
  private final Request.Of request;
  private final Policy policy;

  /** The port that the policy {@code next} chose. */
  private OptionalInt chosen = OptionalInt.empty();

  ConflictResolver(Session session, Request.Of request, Policy policy) {
    this.session = session;
    this.request = request;
    this.policy = policy;
  }

  OptionalInt chosen() {
    return chosen;
  }

  /** Applies the policy to an address; whether a program that binds there may be started. */
  boolean at(Target place) {
    return at(place, request);
  }

  /**
   * The same for a bind that a supervisor saw refused: also where no socket is in the way, why it
   * is.
   */
  boolean atRefused(Target place) {
    AddressMonitor monitor = session.inuse().monitor(request.question(place));
    if (monitor.proof() != AddressMonitor.Proof.TABLE) {
      return at(place);
    }
    tell(monitor.diagnose());
    return true;
  }

  private boolean at(Target place, Request.Of wanted) {
    AddressMonitor monitor = session.inuse().monitor(wanted.question(place));
    if (monitor.proof().isFree()) {
      if (wanted.newcomer().reusePort() || wanted.newcomer().reuseAddress()) {
        tellWhoShares(monitor.diagnose());
      }
      return policy != Policy.NEXT || choose(place, wanted);
    }
    Diagnosis diagnosis = monitor.diagnose();
    if (diagnosis.verdict() == Verdict.FREE) {
      return policy != Policy.NEXT || choose(place, wanted);
    }
    // What this run itself holds is not ended for it.
    Caller caller = session.inuse().caller();
    boolean own =
        diagnosis.causes().stream()
            .map(Cause::holders)
            .anyMatch(holders -> holders.stream().anyMatch(one -> isOwn(one, caller)));
    return switch (own ? Policy.FAIL : policy) {
      case FAIL -> {
        tell(diagnosis);
        yield false;
      }
      case WAIT -> new WaitCommand(session).run(about(place, Verb.WAIT, wanted)) == ExitCode.DONE;
      case REPLACE, TAKE ->
          new FreeCommand(session).run(about(place, Verb.FREE, wanted)) == ExitCode.DONE;
      case NEXT -> choose(place, wanted);
    };
  }

  /** Whether it belongs to the run that we act for, or is its supervisor, which may hold ports. */
  private static boolean isOwn(Holder holder, Caller caller) {
    return caller.isOfItsRun(holder)
        || caller.runSupervisor().filter(holder.pid()::equals).isPresent();
  }

  /** Starting beside somebody is no conflict, and nothing that anybody does unknowingly. */
  private void tellWhoShares(Diagnosis diagnosis) {
    if (diagnosis.notes().stream().anyMatch(note -> note.id() == Note.Id.SHARED)) {
      tell(diagnosis);
    }
  }

  private void tell(Diagnosis diagnosis) {
    if (request.has(Option.QUIET)) {
      return;
    }
    if (request.has(Option.JSON)) {
      session
          .terminal()
          .printData(JsonAnswer.of(Version.TEXT, List.of(diagnosis), session.errors().layout()));
      return;
    }
    session
        .terminal()
        .print(
            TextAnswer.of(
                List.of(diagnosis),
                session.terminal().columns(),
                session.terminal().isColourful()));
  }

  /** Makes a listening socket, and applies the policy first where the address is in use. */
  boolean listen(ListenSockets listening, String name, Target place) {
    if (policy == Policy.NEXT && !at(place, request.asListener(place))) {
      return false;
    }
    Target where =
        chosen.isPresent() && place instanceof PortTarget asked
            ? asked.at(new Port(chosen.getAsInt()))
            : place;
    Request.Of listener = request.asListener(where);
    ListenSockets.Result opened = listening.open(name, where, listener.newcomer());
    if (opened instanceof ListenSockets.Result.InUse) {
      if (!at(where, listener)) {
        return false;
      }
      opened = listening.open(name, where, listener.newcomer());
    }
    return switch (opened) {
      case ListenSockets.Result.Listening done -> true;
      case ListenSockets.Result.InUse again -> notListening(where, listener, "EADDRINUSE");
      case ListenSockets.Result.Failed(String errno) -> notListening(where, listener, errno);
    };
  }

  private boolean notListening(Target where, Request.Of listener, String errno) {
    tell(session.inuse().monitor(listener.question(where)).diagnose());
    session
        .errors()
        .failed(
            ExitCode.NOT_STARTED,
            Option.LISTEN.word() + " " + Escape.text(where) + ": " + errno,
            "nothing was started");
    return false;
  }

  private static Request.Of about(Target target, Verb verb, Request.Of wanted) {
    Arguments.Given given = wanted.given().as(verb, Option.YES, List.of(Escape.text(target)));
    return new Request.Of(given, List.of(target), wanted.namespaces(), wanted.newcomer());
  }

  private boolean choose(Target place, Request.Of wanted) {
    if (!(place instanceof PortTarget target)) {
      session.errors().usage(Escape.text(place) + " has no next port", RunCommand.TRY_HELP);
      return false;
    }
    List<Port> ports = session.inuse().nextFree(wanted.question(target), Port.MAX, 1);
    if (ports.isEmpty()) {
      session
          .errors()
          .failed(
              ExitCode.NOT_STARTED, "no port from " + target + " on is free", RunCommand.TRY_HELP);
      return false;
    }
    chosen = OptionalInt.of(ports.getFirst().number());
    if (request.has(Option.JSON)) {
      session
          .terminal()
          .printData(
              NextJson.of(Version.TEXT, target, Port.MAX, 1, ports, session.errors().layout()));
    }
    return true;
  }
}
