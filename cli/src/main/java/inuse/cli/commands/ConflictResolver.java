package inuse.cli.commands;

import inuse.render.Escape;
import inuse.render.TextAnswer;
import inuse.core.ask.Ourselves;
import inuse.core.evidence.Place;
import inuse.core.evidence.Port;
import inuse.core.evidence.Self;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.Eyes;
import inuse.kernel.Errno;
import java.util.List;
import java.util.OptionalInt;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Policy;
import inuse.cli.line.Request;
import inuse.cli.line.Verb;

/** Makes an address free, or says why it is not, before a program is started. */
final class MakingWay {
  private final Session session;
  private final Request.Of request;
  private final Policy policy;

  /** The port that was chosen where the next free one is to be taken. */
  private OptionalInt chosen = OptionalInt.empty();

  MakingWay(Session session, Request.Of request, Policy policy) {
    this.session = session;
    this.request = request;
    this.policy = policy;
  }

  OptionalInt chosen() {
    return chosen;
  }

  /** Whether a program may be started that binds there. */
  boolean at(Place place) {
    return at(place, request);
  }

  private boolean at(Place place, Request.Of wanted) {
    Eyes eyes = Sight.of(place, wanted, session.calls(), session.proc());
    if (eyes.proof().isFree()) {
      return policy != Policy.NEXT || choose(place, wanted);
    }
    Diagnosis diagnosis = eyes.diagnose();
    if (diagnosis.verdict() == Verdict.FREE) {
      return policy != Policy.NEXT || choose(place, wanted);
    }
    // What is held by this very run will not be given up for it.
    Self self = new Ourselves(session.calls(), session.proc()).look();
    boolean own =
        diagnosis.causes().stream()
            .map(Cause::holders)
            .anyMatch(holders -> holders.stream().anyMatch(self::isOfItsRun));
    return switch (own ? Policy.FAIL : policy) {
      case FAIL -> {
        tell(diagnosis);
        yield false;
      }
      case WAIT -> new Waiting(session).run(about(place, Verb.WAIT, wanted)) == ExitCode.DONE;
      case REPLACE, TAKE ->
          new Freeing(session).run(about(place, Verb.FREE, wanted)) == ExitCode.DONE;
      case NEXT -> choose(place, wanted);
    };
  }

  private void tell(Diagnosis diagnosis) {
    session
        .terminal()
        .print(
            TextAnswer.of(
                List.of(diagnosis),
                session.terminal().columns(),
                session.terminal().isColourful()));
  }

  /** Makes a socket that listens there, with way made for it where that is needed. */
  boolean listen(Listening listening, String name, Place place) {
    if (policy == Policy.NEXT && !at(place, request.asListener(place))) {
      return false;
    }
    Place where =
        chosen.isPresent() && place instanceof Target(var protocol, var address, var asked)
            ? new Target(protocol, address, new Port(chosen.getAsInt()))
            : place;
    Request.Of listener = request.asListener(where);
    int opened = listening.open(name, where);
    if (opened == -Errno.EADDRINUSE.code()) {
      if (!at(where, listener)) {
        return false;
      }
      opened = listening.open(name, where);
    }
    if (opened < 0) {
      tell(Sight.of(where, listener, session.calls(), session.proc()).diagnose());
      session
          .complaints()
          .failed(
              ExitCode.NOT_STARTED,
              Option.LISTEN.word() + " " + Escape.text(where) + ": " + Errno.of(opened),
              "nothing was started");
    }
    return opened >= 0;
  }

  private static Request.Of about(Place target, Verb verb, Request.Of wanted) {
    Arguments.Given given = wanted.given().as(verb, Option.YES, List.of(Escape.text(target)));
    return new Request.Of(given, List.of(target), wanted.places(), wanted.newcomer());
  }

  private boolean choose(Place place, Request.Of wanted) {
    if (!(place instanceof Target target)) {
      session.complaints().usage(Escape.text(place) + " has no next port", Starting.TRY_HELP);
      return false;
    }
    List<Integer> ports = new Choosing(session).choose(target, Port.MOST, 1, wanted);
    if (ports.isEmpty()) {
      session
          .complaints()
          .failed(
              ExitCode.NOT_STARTED, "no port from " + target + " on is free", Starting.TRY_HELP);
      return false;
    }
    chosen = OptionalInt.of(ports.getFirst());
    return true;
  }
}
