package inuse.run;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What LISTEN_FDS says is what the program has. */
final class ListenSocketsTest {
  private static final UnixTarget PLACE = new UnixTarget.Path(new Untrusted("/run/app.sock"));

  private static final Newcomer NEWCOMER = Newcomer.plain(new Uid(1000));

  private final RunHost host = new RunHost();

  /** After a service manager that says so of its program, and passed that many. */
  private ListenSockets sockets(int said, int passed) {
    for (int i = 0; i < passed; i++) {
      host.kernel.passed();
    }
    return new ListenSockets(
        host.machine,
        List.of("LISTEN_PID=" + RunHost.SELF, "LISTEN_FDS=" + said, "A=1"),
        Optional.empty());
  }

  private ListenSockets.Result open(ListenSockets sockets) {
    return sockets.open("web", PLACE, NEWCOMER);
  }

  @Test
  void moreThanWeLookAfterAreNotMadeFewer() {
    assertThat(open(sockets(1025, 1025))).isEqualTo(new ListenSockets.Result.Failed("EMFILE"));
  }

  @Test
  void asManyAsWeLookAfterAreTaken() {
    assertThat(open(sockets(1024, 1024))).isEqualTo(new ListenSockets.Result.Listening());
  }

  /** The first socket that is made would get the number of one that is missing. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 1"})
  void fewerThanWereSaidAreNotMadeMore(int said, int passed) {
    assertThat(open(sockets(said, passed))).isEqualTo(new ListenSockets.Result.Failed("EBADF"));
  }

  @Test
  void whatIsOpenThereAndWasOpenedHereWasNotPassed() {
    host.kernel.passed();
    int ours = host.kernel.socket(AF_INET, SOCK_STREAM, 0);
    assertThat(ours).isEqualTo(4);
    assertThat(open(sockets(2, 0))).isEqualTo(new ListenSockets.Result.Failed("EBADF"));
  }
}
