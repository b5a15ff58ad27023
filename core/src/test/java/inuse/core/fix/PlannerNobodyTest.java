package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Caller;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.explain.Explainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is planned where the refusal is nobody's, or not only somebody's. */
final class PlannerNobodyTest {
  private static String plan(SnapshotBuilder seen, Caller caller, FreeOptions options) {
    return Told.plan(Planner.plan(Explainer.explain(seen.build()), caller, options));
  }

  private static String plan(SnapshotBuilder seen) {
    return plan(seen, Selves.ALICE, FreeOptions.DEFAULT);
  }

  private static HolderBuilder nginx() {
    return holder(10, "nginx").holds(6, 100);
  }

  @Test
  void aPrivilegedPortWithoutAHolderIsDenied() {
    assertThat(plan(snapshot().port(80).probes("EACCES"))).startsWith("denied, root may: ");
  }

  @Test
  void aPrivilegedPortWithAHolderIsThatHoldersFirst() {
    assertThat(
            plan(
                snapshot().port(80).probes("EACCES").sockets(listener().port(80)).holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void aPolicyIsDenied() {
    assertThat(plan(snapshot().probes("EPERM"))).startsWith("denied, root may: ");
    assertThat(plan(snapshot().asRoot().probes("EPERM"), Selves.ROOT, FreeOptions.DEFAULT))
        .startsWith("denied: ");
  }

  @ParameterizedTest
  @CsvSource({
    "10.9.9.9, 8080, EADDRNOTAVAIL, address-not-local",
    "0.0.0.0, 8080, EADDRINUSE, unexplained",
  })
  void whereNobodyHoldsItNobodyIsEnded(String address, int port, String errno, String cause) {
    SnapshotBuilder seen =
        snapshot()
            .address(address)
            .port(port)
            .probe(address, false, errno)
            .probe(address, true, errno);

    assertThat(Explainer.explain(seen.build()).causes().getFirst().id()).isEqualTo(cause);
    assertThat(plan(seen)).startsWith("refused: ").endsWith("| ");
  }

  @Test
  void nobodyIsEndedForAnEphemeralPort() {
    SnapshotBuilder seen =
        snapshot()
            .port(0)
            .blocked()
            .ephemeralUse(new EphemeralUse(0, 28_232, Map.of(), List.of(), Optional.empty()));

    assertThat(Explainer.explain(seen.build()).causes().getFirst().id())
        .isEqualTo("ephemeral-exhausted");
    assertThat(plan(seen)).startsWith("refused: ");
  }

  @Test
  void whereNobodyCouldAskTheKernelNothingIsKnownToBeFreed() {
    assertThat(plan(snapshot())).isEqualTo("denied: the kernel could not be asked");
    assertThat(plan(snapshot().sockets(listener()).holders(nginx()))).isEqualTo("end 10 6:100:100");
  }
}
