package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.ask.CallerLookup;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Target;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Executor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Planner;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Victim;
import inuse.render.Escape;
import inuse.render.Freed;
import inuse.render.FreedJson;
import inuse.render.FreedText;
import inuse.render.InuseLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code inuse free}: plan, ask, act, and prove it. */
public final class FreeCommand {
  private final Session session;
  private final FreedText text;

  public FreeCommand(Session session) {
    this.session = session;
    text = new FreedText(session.terminal().columns(), session.terminal().isColourful());
  }

  public ExitCode run(Request.Of request) {
    OptionValues values = new OptionValues(request.given());
    FreeOptions options = values.limits(session.calls(), session.proc());
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), "try: inuse free --help");
    }
    boolean asks = !request.has(Option.YES) && !request.has(Option.DRY_RUN);
    boolean mayAsk =
        session.terminal().isInteractive()
            && !request.has(Option.JSON)
            && !request.has(Option.QUIET);
    Caller caller = new CallerLookup(session.calls(), session.proc()).look();
    List<Freed> results = new ArrayList<>();
    ExitCode worst = ExitCode.DONE;
    boolean interrupted = false;
    for (Target target : request.targets()) {
      Job job = new Job(target, request, options, caller);
      Freed freed = interrupted ? job.leave() : job.free(asks, mayAsk);
      results.add(freed);
      worst = worst.worse(freed.outcome().map(ExitCode::of).orElse(ExitCode.DONE));
      interrupted |= job.interrupted;
    }
    if (request.has(Option.JSON)) {
      session.terminal().printData(FreedJson.of(Version.TEXT, results));
    }
    return worst;
  }

  /** One target. */
  private final class Job {
    private final Request.Of request;
    private final FreeOptions options;
    private final Caller caller;
    private final Target target;
    private final AddressMonitor monitor;
    private String shown = "";
    private boolean interrupted;

    Job(Target target, Request.Of request, FreeOptions options, Caller caller) {
      this.target = target;
      this.request = request;
      this.options = options;
      this.caller = caller;
      monitor = Sight.of(target, request, session.calls(), session.proc());
    }

    Freed free(boolean asks, boolean mayAsk) {
      Diagnosis diagnosis = monitor.diagnose();
      Plan plan = Planner.plan(diagnosis, caller, options);
      if (plan instanceof Plan.Steps(List<Step> steps)) {
        shown = text.plan(diagnosis, new Plan.Steps(steps), options);
        if (request.has(Option.DRY_RUN)) {
          say(shown);
          return planned(diagnosis, steps);
        }
        if (asks && !isHarmless(steps)) {
          say(shown);
          shown = "";
          if (!mayAsk) {
            return said(
                Freed.without(
                    diagnosis,
                    Outcome.REFUSED,
                    Phrase.of("nobody was asked: there is no terminal, and no --yes"),
                    Optional.of(session.errors().with(Option.YES))));
          }
          if (!session.terminal().confirms("go on?")) {
            return said(
                Freed.without(
                    diagnosis, Outcome.STILL_HELD, Phrase.of("you said no"), Optional.empty()));
          }
          return afterAsking(steps);
        }
      }
      return said(carryOut(diagnosis, plan));
    }

    /** What was to come after an interruption. */
    Freed leave() {
      Diagnosis diagnosis = monitor.diagnose();
      return diagnosis.verdict() == Verdict.FREE
          ? said(carryOut(diagnosis, new Plan.Nothing()))
          : said(
              Freed.without(
                  diagnosis,
                  Outcome.STILL_HELD,
                  Phrase.of("interrupted before anything was done about it"),
                  Optional.empty()));
    }

    /** Much may have happened while somebody thought: only what was agreed to is done. */
    private Freed afterAsking(List<Step> agreed) {
      Diagnosis now = monitor.diagnose();
      Plan plan = Planner.plan(now, caller, options);
      if (plan instanceof Plan.Steps(List<Step> steps) && !acts(agreed).containsAll(acts(steps))) {
        return said(
            Freed.without(
                now,
                Outcome.STILL_HELD,
                Phrase.of("something else holds it now than when you were asked: nothing was done"),
                Optional.empty()));
      }
      return said(carryOut(now, plan));
    }

    private Freed carryOut(Diagnosis diagnosis, Plan plan) {
      return switch (plan) {
        case Plan.Nothing nothing ->
            new Freed(
                diagnosis,
                Optional.of(Outcome.ALREADY_FREE),
                List.of(),
                AddressMonitor.Proof.BIND,
                Optional.empty(),
                Optional.empty());
        case Plan.Refused(Phrase why, RemedyCommand byHand) ->
            Freed.without(
                diagnosis,
                Outcome.REFUSED,
                why,
                byHand.isEmpty() ? Optional.empty() : Optional.of(line(byHand)));
        case Plan.Denied(Phrase why, boolean rootMay) ->
            Freed.without(
                diagnosis,
                Outcome.DENIED,
                why,
                rootMay ? Optional.of(session.errors().withSudo()) : Optional.empty());
        case Plan.Steps steps -> executed(diagnosis, steps);
      };
    }

    private Freed executed(Diagnosis diagnosis, Plan.Steps steps) {
      Countdown countdown = new Countdown(session.terminal(), target, !request.has(Option.QUIET));
      Audit audit = new Audit(session.calls(), session.terminal(), target, caller, request);
      try (SystemEffects effects =
          new SystemEffects(
              session.calls(),
              session.proc(),
              Sight.port(target),
              new Hands(monitor, caller, session.calls(), session.proc()))) {
        // From here on a signal interrupts, and does not end us before it is said what was done.
        say(shown);
        Executor executor =
            new Executor(
                effects,
                monitor,
                options,
                (seen, allowed) -> Planner.plan(seen, caller, allowed),
                countdown,
                act -> {
                  countdown.clear();
                  say(text.act(act));
                  audit.tell(act);
                });
        Report report = executor.run(diagnosis, steps);
        countdown.clear();
        interrupted = report.interrupted();
        return new Freed(
            diagnosis,
            Optional.of(report.outcome()),
            report.steps(),
            report.proof(),
            message(report),
            instead(report));
      }
    }

    private Optional<Phrase> message(Report report) {
      if (report.interrupted()) {
        return Optional.of(
            Phrase.of(
                report.steps().isEmpty()
                    ? "interrupted before anything was done"
                    : "interrupted; what was done until then is above, and nothing else was"));
      }
      return report
          .after()
          .filter(after -> !after.causes().isEmpty())
          .map(after -> about(after.causes().getFirst(), report.outcome()));
    }

    /** What holds it, and why it still does or does again. */
    private static Phrase about(Cause cause, Outcome outcome) {
      Phrase phrase = cause.summary();
      Optional<Holder> asleep =
          cause.holders().stream()
              .filter(one -> one.state().equals(Optional.of(ProcessState.DISK_SLEEP)))
              .findFirst();
      if (asleep.isPresent()) {
        return phrase.then(
            "; pid " + asleep.get().pid() + " sleeps uninterruptibly and obeys when it wakes");
      }
      Optional<Ancestor> starter =
          cause.holders().stream()
              .flatMap(one -> one.ancestry().stream().limit(1))
              .filter(one -> one.pid().number() != 1)
              .findFirst();
      return outcome == Outcome.RESPAWNED && starter.isPresent()
          ? phrase
              .then("; it was started by ")
              .then(starter.get().command())
              .then(" (pid " + starter.get().pid() + "), which may do so again: stop that first")
          : phrase;
    }

    /** Whoever was not permitted may be as root; of what came back the way to end it. */
    private Optional<String> instead(Report report) {
      if (report.outcome() == Outcome.DENIED) {
        return Optional.of(session.errors().withSudo());
      }
      return report.after().stream()
          .flatMap(after ->
              after.causes().stream().limit(1).flatMap(one -> after.remedies(one).stream()))
          .filter(remedy -> !remedy.command().isEmpty())
          .map(remedy -> line(remedy.command()))
          .findFirst();
    }

    private Freed planned(Diagnosis diagnosis, List<Step> steps) {
      return new Freed(
          diagnosis,
          Optional.empty(),
          steps.stream().flatMap(step -> Planned.of(step, options).stream()).toList(),
          AddressMonitor.Proof.NONE,
          Optional.empty(),
          Optional.empty());
    }

    private Freed said(Freed freed) {
      say(text.end(freed));
      return freed;
    }

    /** Whoever read the output may have gone: what is done must be said all the same. */
    private void say(String words) {
      if (!request.has(Option.QUIET)
          && !request.has(Option.JSON)
          && !session.terminal().reaches(words)) {
        session.terminal().printError(words);
      }
    }
  }

  /** Waiting harms nobody and needs no leave. */
  private static boolean isHarmless(List<Step> steps) {
    return acts(steps).isEmpty();
  }

  /** What is done to whom, without when. */
  private static List<Object> acts(List<Step> steps) {
    List<Object> acts = new ArrayList<>();
    for (Step step : steps) {
      switch (step) {
        case Step.EndProcesses(List<Victim> victims) ->
            // Ticks are coarse: two processes with one pid may have begun in the same.
            victims.forEach(one -> acts.add(List.of(one.identity(), one.claims())));
        case Step.Wait wait -> {}
        case Step.Command command -> acts.add(command);
        case Step.StopContainer stop -> acts.add(stop);
        case Step.DestroySockets(var sockets) -> acts.add("destroy");
        case Step.RemoveFile file -> acts.add(file);
      }
    }
    return acts;
  }

  private static String line(RemedyCommand command) {
    return InuseLine.words(command).stream()
        .map(word -> Escape.shell(Escape.text(new Untrusted(word))))
        .collect(Collectors.joining(" "));
  }
}
