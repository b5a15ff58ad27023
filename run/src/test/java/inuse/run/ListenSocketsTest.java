package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What LISTEN_FDS says is what the program has. */
final class ListenSocketsTest {
  private static final UnixTarget PLACE = new UnixTarget.Path(new Untrusted("/run/app.sock"));

  private static final Newcomer NEWCOMER = Newcomer.plain(new Uid(1000));

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
  void moreThanWeLookAfterAreNotMadeFewer() {
    assertThat(open(sockets(1025))).isEqualTo(new ListenSockets.Result.Failed("EMFILE"));
  }

  @Test
  void asManyAsWeLookAfterAreTaken() {
    assertThat(open(sockets(1024))).isEqualTo(new ListenSockets.Result.Listening());
  }
}
