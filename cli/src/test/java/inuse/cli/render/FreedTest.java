package inuse.cli.render;

import static inuse.cli.render.Examples.HOSTILE;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Phrase;
import inuse.core.explain.Remedy;
import inuse.core.fix.Effects;
import inuse.core.fix.Eyes;
import inuse.core.fix.Limits;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was planned and done, for people and for programs. */
final class FreedTest {
  private final FreedText text = new FreedText(Optional.of(80), false);

  private static Report.Done act(Effects.Result result) {
    return new Report.Done(
        Remedy.Id.TERMINATE,
        Optional.of(new Pid(812)),
        new Untrusted(HOSTILE),
        Optional.of(15),
        result,
        12,
        new Untrusted(""));
  }

  private static Freed freed(Outcome outcome) {
    boolean good =
        outcome == Outcome.ALREADY_FREE || outcome == Outcome.FREED || outcome == Outcome.FORCED;
    return new Freed(
        Examples.listening(),
        Optional.of(outcome),
        List.of(act(Effects.Result.EXITED)),
        good ? Eyes.Proof.BIND : Eyes.Proof.NONE,
        good ? Optional.empty() : Optional.of(Phrase.of(new Untrusted(HOSTILE)).then(" holds it")),
        good ? Optional.empty() : Optional.of("sudo inuse free 8080"));
  }

  @Test
  void aPlanSaysWhatAndToWhomAndWhatThen() {
    Victim one =
        new Victim(
            new ProcessIdentity(new Pid(812), 1), new Untrusted("python3"), List.of(), false);
    Victim other =
        new Victim(new ProcessIdentity(new Pid(813), 1), new Untrusted("w"), List.of(), true);
    Plan.Steps plan =
        new Plan.Steps(
            List.of(
                new Step.EndProcesses(List.of(one, other)),
                new Step.RemoveFile(new UnixTarget.Path(new Untrusted("/run/a.sock"))),
                new Step.Wait(Optional.of(Duration.ofMillis(41_001)))));

    assertThat(
            new FreedText(Optional.empty(), false).plan(Examples.listening(), plan, Limits.USUAL))
        .isEqualTo(
            """
            8080 is in use: python3 (pid 812, alice) listens on 0.0.0.0:8080
              plan   SIGTERM to python3 (pid 812), w (pid 813, stopped: and wake it), and SIGKILL \
            to what is left after 10 s
              plan   remove /run/a.sock, which nobody serves
              plan   wait, about 42 s, until the kernel forgets it
            """);
  }

  @ParameterizedTest
  @EnumSource
  void everyOutcomeIsTold(Outcome outcome) {
    String told = text.end(freed(outcome));

    assertThat(told).startsWith("8080 ").doesNotContain("\u001b");
    assertThat(told.contains("real bind succeeded")).isEqualTo(freed(outcome).proof().isFree());
    assertThat(told.contains("sudo inuse free 8080")).isEqualTo(!freed(outcome).proof().isFree());
  }

  @ParameterizedTest
  @EnumSource
  void everyResultIsTold(Effects.Result result) {
    String told = text.act(act(result));

    assertThat(told).startsWith("  did ").contains("(pid 812)").endsWith("\n");
    assertThat(told.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
  }

  @Test
  void theDocumentIsWhatTheSchemaSays() {
    List<Freed> all = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      all.add(freed(outcome));
    }
    List<Report.Done> acts = new ArrayList<>();
    for (Effects.Result result : Effects.Result.values()) {
      acts.add(act(result));
    }
    all.add(
        new Freed(
            Examples.listening(),
            Optional.empty(),
            acts,
            Eyes.Proof.TABLE,
            Optional.empty(),
            Optional.empty()));
    String document = FreedJson.of("0.1.0", all);

    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Schema.TEXT)
                .validate(document, InputFormat.JSON))
        .isEmpty();
    assertThat(document).contains("\"verified_by\": \"table\"", "\"signal\": \"SIGTERM\"");
    assertThat(document.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
  }
}
