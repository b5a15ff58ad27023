package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.Inuse;
import inuse.core.Proposal;
import inuse.core.ReleaseListener;
import inuse.core.evidence.Caller;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Target;
import inuse.core.evidence.Uid;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.render.Escape;
import inuse.render.Freed;
import inuse.render.FreedJson;
import inuse.render.FreedText;
import inuse.render.InuseLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    FreeOptions options = values.limits(session.host());
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), "try: inuse free --help");
    }
    return run(request, options, !request.has(Option.YES) && !request.has(Option.DRY_RUN));
  }

  /**
   * Frees the targets.
   *
   * @param asks whether each is asked about
   */
  ExitCode run(Request.Of request, FreeOptions options, boolean asks) {
    boolean mayAsk =
        session.terminal().isInteractive()
            && !request.has(Option.JSON)
            && !request.has(Option.QUIET);
    Caller caller = session.inuse().caller();
    List<Freed> results = new ArrayList<>();
    ExitCode worst = ExitCode.DONE;
    boolean interrupted = false;
    Report last = Report.of(Outcome.ALREADY_FREE, AddressMonitor.Proof.NONE);
    for (Target target : request.targets()) {
      Job job = new Job(target, request, options, caller, last);
      Freed freed = interrupted ? job.leave() : job.free(asks, mayAsk);
      last = job.last;
      results.add(freed);
      worst = worst.worse(freed.outcome().map(ExitCode::of).orElse(ExitCode.DONE));
      interrupted |= job.interrupted;
    }
    if (request.has(Option.JSON)) {
      session.terminal().printData(FreedJson.of(Version.TEXT, results, session.errors().layout()));
    }
    return worst;
  }

  /** One target. */
  private final class Job {
    private final Request.Of request;
    private final FreeOptions options;
    private final Caller caller;
    private final Target target;
    private final List<Report.Action> acts = new ArrayList<>();
    private String shown = "";
    private Report last;
    private boolean interrupted;

    /**
     * Makes a job.
     *
     * @param before how the job before it ended, whose processes count towards the limit too
     */
    Job(Target target, Request.Of request, FreeOptions options, Caller caller, Report before) {
      this.target = target;
      this.request = request;
      this.options = options;
      this.caller = caller;
      last = before;
    }

    private Proposal plan() {
      return session.inuse().plan(request.question(target), options, caller, last.signalled());
    }

    Freed free(boolean asks, boolean mayAsk) {
      Proposal proposal = plan();
      if (proposal.plan() instanceof Plan.Steps steps) {
        shown = text.plan(proposal.diagnosis(), steps, options, proposal.collateral());
        if (request.has(Option.DRY_RUN)) {
          say(shown);
          return Freed.planned(proposal.diagnosis(), steps, options);
        }
        if (asks && !proposal.isHarmless()) {
          say(shown);
          shown = "";
          if (!mayAsk) {
            return said(
                Freed.without(
                    proposal.diagnosis(),
                    Outcome.REFUSED,
                    Phrase.of(
                        "not confirmed: there is no terminal to ask on, and --yes was not given"),
                    Optional.of(session.errors().with(Option.YES))));
          }
          return said(asked(proposal));
        }
      }
      return said(carryOut(proposal));
    }

    /**
     * Asks, and carries out what was agreed to. Where more turns out to be in the way, that is
     * shown and asked about anew.
     */
    private Freed asked(Proposal proposal) {
      if (!session.terminal().confirms("go on?")) {
        return without(proposal, "you said no");
      }
      // Things may have changed while the user was asked.
      Proposal now = session.inuse().planAgain(proposal);
      if (!proposal.covers(now)) {
        return without(
            now, "something else holds it now than when you were asked: nothing was done");
      }
      Freed freed = carryOut(now);
      boolean isMore = last.left().filter(Plan.Steps.class::isInstance).isPresent();
      if (interrupted || !isMore) {
        return freed;
      }
      Proposal more = session.inuse().planAgain(now, last);
      if (!(more.plan() instanceof Plan.Steps steps) || more.isHarmless()) {
        return carryOut(more);
      }
      say(text.plan(more.diagnosis(), steps, options, more.collateral()));
      session.terminal().forgetTyped();
      return asked(more);
    }

    /** Nothing more was done. */
    private Freed without(Proposal proposal, String why) {
      return not(Outcome.STILL_HELD, proposal, Phrase.of(why), Optional.empty());
    }

    private Freed not(Outcome outcome, Proposal proposal, Phrase why, Optional<String> instead) {
      return new Freed(
          proposal.diagnosis(),
          Optional.empty(),
          Optional.of(outcome),
          acts,
          AddressMonitor.Proof.NONE,
          Optional.empty(),
          Optional.of(why),
          instead);
    }

    /** Reports a target that an interruption left undone. */
    Freed leave() {
      Proposal proposal = plan();
      return proposal.diagnosis().verdict() == Verdict.FREE
          ? said(alreadyFree(proposal.diagnosis()))
          : said(
              Freed.without(
                  proposal.diagnosis(),
                  Outcome.STILL_HELD,
                  Phrase.of("interrupted before anything was done about it"),
                  Optional.empty()));
    }

    private Freed alreadyFree(Diagnosis diagnosis) {
      AddressMonitor monitor = session.inuse().monitor(request.question(target));
      AddressMonitor.Proof proof = monitor.proof();
      return new Freed(
          diagnosis,
          Optional.empty(),
          Optional.of(acts.isEmpty() ? Outcome.ALREADY_FREE : Outcome.FREED),
          acts,
          proof,
          monitor.rest(proof),
          Optional.empty(),
          Optional.empty());
    }

    private Freed carryOut(Proposal proposal) {
      return switch (proposal.plan()) {
        case Plan.Nothing nothing ->
            request.has(Option.DRY_RUN) ? alreadyFree(proposal.diagnosis()) : executed(proposal);
        case Plan.Refused(Phrase why, RemedyCommand byHand) ->
            not(
                Outcome.REFUSED,
                proposal,
                why,
                byHand.isEmpty() ? Optional.empty() : Optional.of(InuseLine.line(byHand)));
        case Plan.Denied(Phrase why, boolean rootMay) ->
            not(
                Outcome.DENIED,
                proposal,
                why,
                rootMay ? Optional.of(session.errors().withSudo()) : Optional.empty());
        case Plan.Steps steps -> executed(proposal);
      };
    }

    private Freed executed(Proposal proposal) {
      Countdown countdown = new Countdown(session.terminal(), target, !request.has(Option.QUIET));
      Audit audit = new Audit(session.host(), session.terminal(), target, caller, request);
      Report report =
          session
              .inuse()
              .carryOut(
                  proposal,
                  new ReleaseListener() {
                    @Override
                    public void begins() {
                      say(shown);
                    }

                    @Override
                    public void tell(AddressMonitor.Expiry expiry) {
                      countdown.tell(expiry);
                    }

                    @Override
                    public void did(Report.Action action) {
                      countdown.clear();
                      say(text.act(action));
                      audit.tell(action);
                    }
                  },
                  Inuse.Interruption.TOLD);
      countdown.clear();
      interrupted = report.interrupted();
      acts.addAll(report.steps());
      last = report;
      return new Freed(
          proposal.diagnosis(),
          report.after(),
          Optional.of(report.outcome()),
          acts,
          report.proof(),
          report.rest(),
          StillHeld.message(report, Escape.text(target), !acts.isEmpty()),
          instead(proposal, report));
    }

    /**
     * The command to run instead: the same under sudo, or a remedy for what has it now, but never
     * what has just been done to no avail.
     */
    private Optional<String> instead(Proposal proposal, Report report) {
      if (report.outcome() == Outcome.RESPAWNED) {
        return session
            .inuse()
            .planWith(proposal, report)
            .flatMap(with -> with.options().with())
            .map(starter -> session.errors().with(Option.WITH, starter.pid().toString()));
      }
      if (report.outcome() == Outcome.DENIED) {
        // Root that is denied it lacks a capability, which no sudo gives back.
        return caller.uid().equals(Uid.ROOT)
            ? Optional.empty()
            : Optional.of(session.errors().withSudo());
      }
      if (report.left().orElse(new Plan.Nothing()) instanceof Plan.Refused(var why, var byHand)) {
        return byHand.isEmpty() ? Optional.empty() : Optional.of(InuseLine.line(byHand));
      }
      return report.after().stream()
          .flatMap(after ->
              after.causes().stream().limit(1).flatMap(one -> after.remedies(one).stream()))
          .filter(remedy -> !remedy.command().isEmpty())
          .filter(remedy -> isNew(report) || !wasDone(remedy))
          .map(remedy -> InuseLine.line(remedy.command()))
          .findFirst();
    }

    /** Whether it was not tried yet, for it was not agreed to. */
    private static boolean isNew(Report report) {
      return report.left().filter(Plan.Steps.class::isInstance).isPresent();
    }

    private boolean wasDone(Remedy remedy) {
      boolean frees =
          remedy
              .command()
              .ours()
              .filter(ours -> ours.verb() == InuseCommand.Verb.FREE)
              .filter(ours -> remedy.id() != Remedy.Id.DESTROY_SOCKET || options.destroy())
              .isPresent();
      return frees || acts.stream().anyMatch(act -> act.remedy() == remedy.id());
    }

    private Freed said(Freed freed) {
      say(text.end(freed));
      return freed;
    }

    /** Prints to standard error what does not reach standard output: acts must be reported. */
    private void say(String words) {
      if (!request.has(Option.QUIET)
          && !request.has(Option.JSON)
          && !session.terminal().reaches(words)) {
        session.terminal().printError(words);
      }
    }
  }
}
