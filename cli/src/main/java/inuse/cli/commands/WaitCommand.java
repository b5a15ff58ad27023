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
import inuse.render.Escape;
import inuse.render.Freed;
import inuse.render.FreedJson;
import inuse.render.FreedText;
import inuse.render.WaitedJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse wait}: returns when every target can be bound, or is listened on. */
public final class WaitCommand {
  private static final String LISTENING = "listening";
  private static final String BINDABLE = "bindable";

  /** Between two looks at several addresses, of which one is enough. */
  private static final Duration LOOK = Duration.ofMillis(100);

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
          ? untilListening(
              alike(watches, request), request, watches.getFirst().wait.deadline(timeout))
          : untilBindable(watches, request, watches.getFirst().wait.deadline(timeout));
    } finally {
      watches.forEach(Watch::close);
    }
  }

  /** Those that one server is enough for: localhost is two addresses, and many listen on one. */
  private static List<List<Watch>> alike(List<Watch> watches, Request.Of request) {
    boolean localhost =
        request.given().words().stream().anyMatch(word -> word.contains("localhost"));
    List<List<Watch>> groups = new ArrayList<>();
    for (Watch watch : watches) {
      Optional<List<Watch>> same =
          localhost
              ? groups.stream().filter(one -> one.getFirst().hasPortOf(watch)).findFirst()
              : Optional.empty();
      same.ifPresentOrElse(
          group -> group.add(watch), () -> groups.add(new ArrayList<>(List.of(watch))));
    }
    return groups;
  }

  /** Waits until one of them is listened on, and says which; empty on timeout. */
  private static Optional<Watch> anyListenedOn(List<Watch> group, long deadline) {
    Watch first = group.getFirst();
    while (true) {
      Optional<Watch> other =
          group.stream().skip(1).filter(watch -> watch.wait.untilListenedOn(0)).findFirst();
      if (other.isPresent()) {
        return other;
      }
      long soon = group.size() == 1 ? deadline : first.wait.deadline(Optional.of(LOOK));
      if (first.wait.untilListenedOn(Math.min(soon, deadline))) {
        return Optional.of(first);
      }
      if (soon >= deadline) {
        return Optional.empty();
      }
    }
  }

  private ExitCode untilListening(List<List<Watch>> groups, Request.Of request, long deadline) {
    List<WaitedJson.Waited> results = new ArrayList<>();
    boolean all = true;
    for (List<Watch> group : groups) {
      Watch watch = group.getFirst();
      Optional<Watch> listened = anyListenedOn(group, deadline);
      watch.countdown.clear();
      all &= listened.isPresent();
      if (request.has(Option.JSON)) {
        results.add(
            new WaitedJson.Waited(
                session.inuse().ask(request.question(listened.orElse(watch).target)),
                listened.isPresent()));
      } else if (!all) {
        session
            .terminal()
            .printError("timed out: nothing listens on " + Escape.text(watch.target) + " yet\n");
        return ExitCode.NOT_DONE;
      }
    }
    if (request.has(Option.JSON)) {
      session.terminal().printData(WaitedJson.of(Version.TEXT, results));
    }
    return all ? ExitCode.DONE : ExitCode.NOT_DONE;
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
              || request.has(Option.JSON)
              || (freed.proof().isFree() && freed.proof() != AddressMonitor.Proof.REUSE);
      if (!silent) {
        session.terminal().printError(text.end(freed));
      }
      worst = worst.worse(freed.outcome().map(ExitCode::of).orElse(ExitCode.DONE));
    }
    if (request.has(Option.JSON)) {
      session.terminal().printData(FreedJson.of(Version.TEXT, results, session.errors().layout()));
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

    private boolean hasPortOf(Watch other) {
      return target instanceof PortTarget own
          && other.target instanceof PortTarget its
          && own.protocol() == its.protocol()
          && own.port().equals(its.port());
    }

    Freed await(long deadline) {
      AddressWait.End end = wait.untilFree(deadline);
      countdown.clear();
      return new Freed(
          end.before(),
          end.after(),
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
