package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.Proposal;
import inuse.core.ReleaseListener;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.render.Escape;
import inuse.render.FreedText;
import inuse.render.InuseLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives an address back: the plan is shown to the user, and what was agreed to is done. A client
 * that cannot ask gets the plan, unless whoever started the server allowed more.
 */
final class FreeTool {
  /** For all that is done at one call: clients give up after a minute. */
  private static final Duration MOST = Duration.ofSeconds(30);

  /** Characters of a line of a question. */
  private static final int MAX_LINE = 400;

  private final Inuse inuse;
  private final Places places;
  private final ServerOptions options;

  FreeTool(Inuse inuse, ServerOptions options) {
    this.inuse = inuse;
    places = new Places(inuse);
    this.options = options;
  }

  /** What the user answered. */
  enum Consent {
    ACCEPTED,
    DECLINED,
    /** The question was closed, or could not be shown. */
    NONE
  }

  Answer answer(Given given, Client client) {
    return switch (places.only(given)) {
      case Places.Read.Wrong(Answer.Problem why) -> why;
      case Places.Read.Understood(List<? extends Target> targets) ->
          begin(targets.getFirst(), client);
    };
  }

  private Answer begin(Target target, Client client) {
    boolean unasked = !client.canAsk() && options.unasked().isPresent();
    FreeOptions limits =
        unasked ? limits(true, options.unasked()) : limits(false, options.under()).asked();
    Proposal proposal = inuse.plan(places.next(target), limits, inuse.caller());
    Asked asked = new Asked(target, proposal, List.of());
    if (proposal.isHarmless()) {
      return new Answer.Document(harmless(asked));
    }
    if (client.canAsk()) {
      return new Answer.Question(asked);
    }
    return unasked
        ? carriedOut(asked, false)
        : new Answer.Document(
            new FreedFacts(asked)
                .planned(
                    "nothing was done: this client cannot ask its user, and the server was started"
                        + " without --may-free",
                    byHand(target)));
  }

  private FreeOptions limits(boolean onlyMine, Optional<Directory> under) {
    FreeOptions usual = FreeOptions.DEFAULT;
    return new FreeOptions(
        usual.grace(),
        usual.signal(),
        usual.kill(),
        usual.destroy(),
        usual.maxProcesses(),
        onlyMine,
        usual.onlyPrevious(),
        usual.socketsOfOthers(),
        under,
        usual.command(),
        usual.only(),
        usual.with(),
        usual.settle(),
        Optional.of(MOST));
  }

  private static Optional<String> byHand(Target target) {
    return Optional.of("inuse free " + Escape.shell(Escape.text(target)));
  }

  /** A plan by which nothing ends. */
  private String harmless(Asked asked) {
    FreedFacts facts = new FreedFacts(asked);
    return switch (asked.proposal().plan()) {
      case Plan.Nothing nothing -> free(asked, facts);
      case Plan.Steps steps ->
          facts.undone(
              Outcome.STILL_HELD.word(),
              "only the kernel has it, for a time; nothing needs to be ended",
              Optional.of("the tool wait"));
      case Plan.Refused(Phrase why, RemedyCommand line) ->
          facts.undone(
              Outcome.REFUSED.word(),
              Facts.cut(why),
              line.isEmpty() ? Optional.empty() : Optional.of(InuseLine.line(line)));
      case Plan.Denied(Phrase why, boolean rootMay) ->
          facts.undone(
              Outcome.DENIED.word(),
              Facts.cut(why),
              rootMay ? byHand(asked.target()).map(one -> "sudo " + one) : Optional.empty());
    };
  }

  private String free(Asked asked, FreedFacts facts) {
    AddressMonitor monitor = inuse.monitor(places.next(asked.target()));
    AddressMonitor.Proof proof = monitor.proof();
    Diagnosis diagnosis = asked.proposal().diagnosis();
    boolean acted = !asked.acts().isEmpty();
    return proof.isFree()
        ? facts.free(acted ? Outcome.FREED : Outcome.ALREADY_FREE, proof, monitor.rest(proof))
        : facts.undone(
            Outcome.STILL_HELD.word(),
            diagnosis.causes().stream()
                .findFirst()
                .map(one -> Facts.cut(one.summary()))
                .orElse("a bind is refused"),
            Optional.empty());
  }

  /** The question for the user, in words. */
  String words(Asked asked) {
    StringBuilder words = new StringBuilder();
    if (asked.proposal().plan() instanceof Plan.Steps steps) {
      FreedText text = new FreedText(Optional.empty(), false);
      Proposal one = asked.proposal();
      String plan =
          options.withArguments()
              ? text.plan(one.diagnosis(), steps, one.options(), one.collateral())
              : text.planWithoutArguments(one.diagnosis(), steps, one.options(), one.collateral());
      int from = 0;
      for (int end = plan.indexOf('\n'); end >= 0; end = plan.indexOf('\n', from)) {
        String line = plan.substring(from, end);
        words.append(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line);
        words.append('\n');
        from = end + 1;
      }
    }
    return words.append("Accept: this is done. Decline: nothing is.").toString();
  }

  /** Does what the user answered. */
  Answer answered(Asked asked, Consent consent, boolean mayAskAgain) {
    return switch (consent) {
      case ACCEPTED -> accepted(asked, mayAskAgain);
      case DECLINED -> undone(asked, "declined", "the user said no");
      case NONE -> undone(asked, "declined", "the user was not asked, or did not answer");
    };
  }

  private static Answer undone(Asked asked, String outcome, String why) {
    return new Answer.Document(new FreedFacts(asked).undone(outcome, why, Optional.empty()));
  }

  /** Things may have changed while the user was asked: then the question is another one. */
  private Answer accepted(Asked asked, boolean mayAskAgain) {
    Proposal now = inuse.planAgain(asked.proposal());
    Asked anew = new Asked(asked.target(), now, asked.acts());
    if (now.isHarmless()) {
      return new Answer.Document(harmless(anew));
    }
    return asked.proposal().covers(now) ? carriedOut(anew, mayAskAgain) : again(anew, mayAskAgain);
  }

  private static Answer again(Asked anew, boolean mayAskAgain) {
    return mayAskAgain
        ? new Answer.Question(anew)
        : undone(anew, "declined", "something else has it now than when the user was asked");
  }

  private Answer carriedOut(Asked asked, boolean mayAskAgain) {
    Report report = inuse.carryOut(asked.proposal(), ReleaseListener.SILENT);
    List<Report.Action> acts = new ArrayList<>(asked.acts());
    acts.addAll(report.steps());
    boolean isMore = report.left().filter(Plan.Steps.class::isInstance).isPresent();
    if (isMore && mayAskAgain) {
      Proposal rest = inuse.planAgain(asked.proposal(), report);
      if (!rest.isHarmless()) {
        return new Answer.Question(new Asked(asked.target(), rest, acts));
      }
    }
    return new Answer.Document(
        new FreedFacts(new Asked(asked.target(), asked.proposal(), acts)).done(report));
  }
}
