package inuse.cli.commands;

import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Phrase;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.render.Escape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of an address that is still held. */
final class StillHeldTest {
  private static final String HELD =
      "a process of alice, hidden from you, holds 0.0.0.0:8080 (LISTEN)";

  private final Diagnosis after =
      Explainer.explain(snapshot().blocked().sockets(listener()).build());

  private String message(Plan left) {
    Report report =
        new Report(
            Outcome.STILL_HELD,
            List.of(),
            AddressMonitor.Proof.NONE,
            Optional.empty(),
            Optional.of(after),
            Optional.of(left),
            Set.of(),
            Optional.empty(),
            false);
    return StillHeld.message(report, "8080", true).map(Escape::text).orElseThrow();
  }

  @Test
  void whatHoldsItIsSaidOnceThoughItIsAlsoTheReason() {
    Phrase held = after.causes().getFirst().summary();

    assertThat(message(new Plan.Denied(held, true))).isEqualTo(HELD);
    assertThat(message(new Plan.Refused(held.then("; not now"), RemedyCommand.NONE)))
        .isEqualTo(HELD + "; not now");
  }

  @Test
  void anotherReasonIsSaidBesides() {
    assertThat(message(new Plan.Denied(Phrase.of("it is not yours"), true)))
        .isEqualTo(HELD + "; it is not yours");
    assertThat(message(new Plan.Nothing())).isEqualTo(HELD);
  }
}
