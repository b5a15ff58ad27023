package inuse.core;

import static inuse.core.ask.namespaces.TwoNamespaces.one;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.namespaces.TwoNamespaces;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Uid;
import inuse.core.fix.Waiter;
import inuse.core.io.Host;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AddressWaitTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final TwoNamespaces host = new TwoNamespaces();
  private final Question<PortTarget> inWeb =
      new Question<>(
          TARGET,
          Newcomer.plain(Uid.ROOT),
          true,
          Optional.of(one(host.namespaces().named("web"))),
          false);

  @Test
  void whenItIsClosedItLetsTheNamespaceGo() {
    try (Inuse inuse = Inuse.open(Host.of(host.kernel))) {
      try (AddressWait wait = inuse.await(inWeb, Waiter.Progress.SILENT)) {
        assertThat(wait.untilListenedOn(0)).isFalse();
        assertThat(host.kernel.openDescriptors()).contains("/run/netns/web");
      }
      host.assertClosedAndHome();
    }
    host.assertClosedAndHome();
  }

  @Test
  void aMonitorKeepsItsNamespaceUntilInuseIsClosed() {
    try (Inuse inuse = Inuse.open(Host.of(host.kernel))) {
      assertThat(inuse.monitor(inWeb).isServed()).isFalse();
      assertThat(host.kernel.openDescriptors()).containsExactly("/run/netns/web");
    }
    host.assertClosedAndHome();
  }
}
