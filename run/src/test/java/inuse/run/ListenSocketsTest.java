package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What LISTEN_FDS says is what the program has. */
final class ListenSocketsTest {
  private static final UnixTarget PLACE = new UnixTarget.Path(new Untrusted("/run/app.sock"));

  private static final Newcomer NEWCOMER =
      new Newcomer(new Uid(1000), false, false, false, OptionalInt.empty());

  private final RunHost host = new RunHost();

  private ListenSockets sockets(int passed) {
    return new ListenSockets(
        host.machine,
        List.of("LISTEN_PID=" + RunHost.SELF, "LISTEN_FDS=" + passed, "A=1"),
        Optional.empty());
  }

  private ListenSockets.Result open(ListenSockets sockets) {
    return sockets.open("web", PLACE, NEWCOMER);
  }

  @Test
  void socketsOfAServiceManagerComeFirst() {
    ListenSockets sockets = sockets(2);
    assertThat(open(sockets)).isEqualTo(new ListenSockets.Result.Listening());
    assertThat(sockets.sockets()).hasSize(3).startsWith(3, 4);
    assertThat(sockets.environment(List.of("A=1")))
        .contains("LISTEN_FDS=3", "LISTEN_FDNAMES=unknown:unknown:web");
  }

  @Test
  void moreThanWeLookAfterAreNotMadeFewer() {
    assertThat(open(sockets(1025))).isEqualTo(new ListenSockets.Result.Failed("EMFILE"));
  }

  @Test
  void asManyAsWeLookAfterAreTaken() {
    assertThat(open(sockets(1024))).isEqualTo(new ListenSockets.Result.Listening());
  }
}
