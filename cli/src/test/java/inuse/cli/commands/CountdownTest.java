package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.fix.AddressMonitor;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The line that tells how long it will take. */
final class CountdownTest {
  private static final String ERASE = "\r\u001b[K";
  private static final PortTarget PORT =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeKernel kernel = new FakeKernel();

  private Countdown countdown(boolean wanted) {
    return new Countdown(new Terminal(Host.of(kernel)), PORT, wanted);
  }

  private static AddressMonitor.Expiry left(long millis) {
    Optional<Duration> last = Optional.of(Duration.ofMillis(millis));
    return new AddressMonitor.Expiry(last, last, "TIME_WAIT");
  }

  @Test
  void eachSecondIsToldOnce() {
    kernel.terminal(80);
    Countdown countdown = countdown(true);

    countdown.tell(left(37_000));
    countdown.tell(left(36_900));
    countdown.tell(left(36_000));
    countdown.clear();
    countdown.clear();
    assertThat(kernel.stderr())
        .isEqualTo(
            ERASE + "8080: TIME_WAIT, 37 s left" + ERASE + "8080: TIME_WAIT, 36 s left" + ERASE);
    assertThat(kernel.stdout()).isEmpty();
  }

  @Test
  void withoutATimerItSaysThatItWaits() {
    kernel.terminal(80);

    countdown(true).tell(AddressMonitor.Expiry.NONE);
    assertThat(kernel.stderr()).isEqualTo(ERASE + "8080: waiting");
  }

  @Test
  void inAScriptOrUnwantedItIsSilent() {
    countdown(true).tell(left(1));
    kernel.terminal(80);
    Countdown unwanted = countdown(false);
    unwanted.tell(left(1));
    unwanted.clear();

    assertThat(kernel.stderr()).isEmpty();
  }

  @Test
  void aHostilePathIsHarmless() {
    kernel.terminal(80);
    UnixTarget path = new UnixTarget.Path(new Untrusted("/run/\u001b[2J"));

    new Countdown(new Terminal(Host.of(kernel)), path, true).tell(AddressMonitor.Expiry.NONE);
    assertThat(kernel.stderr()).isEqualTo(ERASE + "/run/\\x1b[2J: waiting");
  }
}
