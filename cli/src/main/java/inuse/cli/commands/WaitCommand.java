package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.AddressWait;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.fix.AddressMonitor;
import inuse.render.Freed;
import inuse.render.FreedJson;
import inuse.render.FreedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse wait}: returns when every target can be bound, or is listened on. */
public final class WaitCommand {
  private static final String LISTENING = "listening";
  private static final String BINDABLE = "bindable";

  private final Session session;

  public WaitCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Request.Of request) {
    OptionValues values = new OptionValues(request.given());
    Optional<Duration> timeout = values.time(Option.TIMEOUT);
    String until = request.given().value(Option.UNTIL).orElse(BINDABLE);
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), "try: inuse wait --help");
    }
    boolean listening = until.equals(LISTENING);
    if (!listening && !until.equals(BINDABLE)) {
      return session
          .errors()
          .usage(
              "'" + until + "' of --until is neither bindable nor listening", "give one of them");
    }
    if (listening && request.has(Option.JSON)) {
      return session.errors().usage("there is no JSON about listening", "leave --json out");
    }
    if (listening && !request.targets().stream().allMatch(PortTarget.class::isInstance)) {
      return session
          .errors()
          .usage("of unix sockets only bindable is waited for", "leave --until out");
    }
    List<Watch> watches = new ArrayList<>();
    for (Target target : request.targets()) {
      watches.add(new Watch(target, request));
    }
    try {
      return listening
          ? untilListening(watches, watches.getFirst().wait.deadline(timeout))
          : untilBindable(watches, request, watches.getFirst().wait.deadline(timeout));
    } finally {
      watches.forEach(Watch::close);
    }
  }

  private ExitCode untilListening(List<Watch> watches, long deadline) {
    for (Watch watch : watches) {
      if (!watch.wait.untilListenedOn(deadline)) {
        return session
            .errors()
            .failed(
                ExitCode.NOT_DONE,
                "nobody listens on " + watch.target + " yet, and the time is over",
                "see why with inuse " + watch.target);
      }
      watch.countdown.clear();
    }
    return ExitCode.DONE;
  }

  /** Waits for each in turn, and again for those that were taken meanwhile. */
  private ExitCode untilBindable(List<Watch> watches, Request.Of request, long deadline) {
    boolean once = false;
    List<Freed> results = new ArrayList<>();
    while (!once || watches.stream().anyMatch(watch -> !watch.wait.isFree())) {
      once = true;
      results.clear();
      for (Watch watch : watches) {
        results.add(watch.await(deadline));
      }
      if (results.stream().anyMatch(freed -> !freed.proof().isFree())) {
        break;
      }
      if (watches.size() == 1) {
        break;
      }
    }
    FreedText text = new FreedText(Optional.empty(), false);
    ExitCode worst = ExitCode.DONE;
    for (Freed freed : results) {
      // Nothing to say where it is simply free.
      boolean silent =
          request.has(Option.QUIET)
              || (freed.proof().isFree() && freed.proof() != AddressMonitor.Proof.REUSE);
      if (!silent) {
        session.terminal().printError(text.end(freed));
      }
      worst = worst.worse(freed.outcome().map(ExitCode::of).orElse(ExitCode.DONE));
    }
    if (request.has(Option.JSON)) {
      session.terminal().printData(FreedJson.of(Version.TEXT, results));
    }
    return worst;
  }

  /** One target. */
  private final class Watch implements AutoCloseable {
    private final Target target;
    private final Countdown countdown;
    private final AddressWait wait;

    Watch(Target target, Request.Of request) {
      this.target = target;
      countdown = new Countdown(session.terminal(), target, !request.has(Option.QUIET));
      wait = session.inuse().await(request.question(target), countdown);
    }

    Freed await(long deadline) {
      AddressWait.End end = wait.untilFree(deadline);
      countdown.clear();
      return new Freed(
          end.before(),
          Optional.of(end.outcome()),
          List.of(),
          end.proof(),
          end.rest(),
          end.message(),
          Optional.empty());
    }

    @Override
    public void close() {
      wait.close();
    }
  }
}
