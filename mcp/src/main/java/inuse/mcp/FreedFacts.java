package inuse.mcp;

import inuse.core.Proposal;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.render.Escape;
import inuse.render.Freed;
import inuse.render.FreedJson;
import inuse.render.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What was done about an address, or would be. */
final class FreedFacts {
  private final Asked asked;

  FreedFacts(Asked asked) {
    this.asked = asked;
  }

  /** Nothing was done: this would be. */
  String planned(String why, Optional<String> instead) {
    Proposal proposal = asked.proposal();
    List<Report.Action> acts =
        proposal.plan() instanceof Plan.Steps steps
            ? Freed.planned(proposal.diagnosis(), steps, proposal.options()).acts()
            : List.of();
    return new FreedFacts(new Asked(asked.target(), proposal, acts))
        .undone("planned", why, instead);
  }

  /** Nothing more was done. */
  String undone(String outcome, String why, Optional<String> instead) {
    return document(
        outcome, AddressMonitor.Proof.NONE, Optional.empty(), Optional.of(why), instead);
  }

  /** It is free. */
  String free(Outcome outcome, AddressMonitor.Proof proof, Optional<Duration> rest) {
    return document(outcome.word(), proof, rest, Optional.empty(), Optional.empty());
  }

  /** The end of what was done. */
  String done(Report report) {
    Optional<Phrase> why =
        switch (report.left().orElse(new Plan.Nothing())) {
          case Plan.Refused(Phrase reason, var byHand) -> Optional.of(reason);
          case Plan.Denied(Phrase reason, boolean rootMay) -> Optional.of(reason);
          case Plan.Steps steps ->
              Optional.of(Phrase.of("more has it than was agreed to; that was left alone"));
          case Plan.Nothing nothing ->
              report
                  .after()
                  .map(Diagnosis::causes)
                  .flatMap(causes -> causes.stream().findFirst())
                  .map(cause -> cause.summary());
        };
    return document(
        report.outcome().word(),
        report.proof(),
        report.rest(),
        report.proof().isFree() ? Optional.empty() : why.map(Facts::cut),
        Optional.empty());
  }

  private String document(
      String outcome,
      AddressMonitor.Proof proof,
      Optional<Duration> rest,
      Optional<String> why,
      Optional<String> instead) {
    Json json = Json.line();
    json.beginObject().name("target").value(Escape.text(asked.target()));
    json.name("outcome").value(outcome);
    json.name("acts").beginArray();
    asked.acts().forEach(act -> act(json, act));
    json.endArray();
    FreedJson.proof(json, proof, rest);
    new Facts(json, false).beginUntrusted();
    json.name("message").value(why.orElse(null));
    json.name("instead").value(instead.orElse(null)).endObject();
    return json.endObject().text();
  }

  private static void act(Json json, Report.Action act) {
    json.beginObject().name("remedy").value(act.remedy().word());
    json.name("pid").value(act.pid().map(Pid::number).orElse(null));
    json.name("signal").value(act.signal().map(Signal::name).orElse(null));
    json.name("result").value(act.result().word());
    json.name("after_ms").value(act.afterMillis());
    new Facts(json, false).untrusted("name", Optional.of(Phrase.of(act.command())));
    json.endObject();
  }
}
