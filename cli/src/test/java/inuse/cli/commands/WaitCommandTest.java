package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.kernel.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code inuse wait} and {@code inuse next}. */
final class WaitCommandTest {
  private final FakeHost host = new FakeHost();
  private final long began = host.kernel.clockNanos(CLOCK_MONOTONIC);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private long passedMillis() {
    return (host.kernel.clockNanos(CLOCK_MONOTONIC) - began) / 1_000_000;
  }

  @Test
  void whatIsFreeIsNotWaitedForAndNothingIsSaid() {
    assertThat(host.run("wait", "8080")).isZero();
    assertThat(host.kernel.stdout() + host.kernel.stderr()).isEmpty();
    assertThat(passedMillis()).isZero();
  }

  @Test
  void itReturnsSoonAfterItIsFree() {
    host.held().later(1000, host::ends);

    assertThat(host.run("wait", "8080")).isZero();
    assertThat(passedMillis()).isBetween(1000L, 1500L);
    assertThat(host.kernel.stdout() + host.kernel.stderr()).isEmpty();
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void whenTheTimeIsOverWhoHoldsItIsSaid() {
    host.held();

    assertThat(host.run("wait", "--timeout", "2s", "8080")).isEqualTo(1);
    assertThat(passedMillis()).isEqualTo(2000);
    assertThat(host.kernel.stdout()).isEmpty();
    assertThat(host.kernel.stderr())
        .isEqualTo(
            """
            timed out: 8080 is still in use
              why    server (pid 10, alice) listens on 0.0.0.0:8080
            """);
  }

  /** The end of a bind that succeeded would wake it up, and be in the way of a server's own. */
  @Test
  void whileTheSocketsTellThatItIsHeldNothingIsBound() {
    host.held();
    host.run("wait", "--timeout", "0", "8080");
    int first = host.binds;

    host.run("wait", "--timeout", "60s", "8080");

    assertThat(host.binds).isEqualTo(2 * first);
  }

  @Test
  void inJsonThereIsAResult() {
    host.held();

    assertThat(host.run("wait", "--timeout", "0", "--json", "8080")).isEqualTo(1);
    assertThat(host.kernel.stdout()).contains("\"inuse.free/1\"").contains("\"timed-out\"");
    assertThat(host.kernel.stdout().split("\"cwd\": \"/home/alice\"", -1)).hasSize(3);
  }

  @Test
  void inJsonThereIsAResultAboutListeningToo() {
    host.held();

    assertThat(host.run("wait", "--until=listening", "--timeout=0", "--json", "8080", "8081"))
        .isEqualTo(1);
    assertThat(host.kernel.stdout())
        .contains("\"inuse.wait/1\"", "\"outcome\": \"listening\"", "\"command\": \"server\"")
        .contains("\"outcome\": \"timed-out\"");
    assertThat(host.kernel.stderr()).isEmpty();
  }

  @Test
  void allAreWaitedForWithinOneTime() {
    host.held().later(700, host::ends);

    assertThat(host.run("wait", "--timeout", "2s", "8081", "8080", "8082")).isZero();
  }

  @Test
  void untilListeningIsUntilSomebodyListens() {
    host.later(100, () -> host.sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100));

    assertThat(host.run("wait", "--until", "listening", "8080")).isZero();
    assertThat(passedMillis()).isBetween(100L, 120L);
  }

  @Test
  void localhostIsListenedOnWhereOneOfItsAddressesIs() {
    host.kernel.file(
        "/proc/net/if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n");
    host.later(1000, () -> host.sockets.add(AF_INET6, IPPROTO_TCP, TCP_LISTEN, 100).local(1, 8080));

    assertThat(host.run("wait", "--until=listening", "--timeout=9s", "localhost:8080")).isZero();
    assertThat(passedMillis()).isBetween(1000L, 1300L);
    assertThat(
            host.run("wait", "--until=listening", "--timeout=1s", "127.0.0.1:8080", "[::1]:8080"))
        .isEqualTo(1);
  }

  @Test
  void localhostOnWhichNobodyListensIsNotWaitedForForEver() {
    host.kernel.file(
        "/proc/net/if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n");

    assertThat(host.run("wait", "--until=listening", "--timeout=1s", "localhost:8080"))
        .isEqualTo(1);
    assertThat(passedMillis()).isBetween(1000L, 1200L);
  }

  @Test
  void nobodyListensInTime() {
    assertThat(host.run("wait", "--until=listening", "--timeout=100ms", "8080")).isEqualTo(1);
    assertThat(host.kernel.stderr()).isEqualTo("timed out: nothing listens on 8080 yet\n");
  }

  @Test
  void whatWasWaitedForInVainBeginsALineOfItsOwn() {
    host.kernel.terminal(80);

    assertThat(host.run("wait", "--until=listening", "--timeout=100ms", "8080")).isEqualTo(1);
    assertThat(host.kernel.stderr())
        .isEqualTo("\r\u001b[K8080: waiting\r\u001b[Ktimed out: nothing listens on 8080 yet\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--until=free, neither bindable nor listening",
    "--timeout=x, is not a time",
    "--grace=1, has no option '--grace'",
  })
  void whatMakesNoSenseIsWrongUsage(String option, String words) {
    assertThat(host.run("wait", option, "8080")).isEqualTo(2);
    assertThat(host.kernel.stderr()).contains(words);
  }

  @Test
  void theTimeOfAQuestionIsATime() {
    assertThat(host.run("--deadline=x", "8080")).isEqualTo(2);
    assertThat(host.kernel.stderr()).contains("'x' of --deadline is not a time");
    assertThat(host.run("--deadline=5s", "8080")).isEqualTo(host.run("8080"));
    assertThat(host.run("list", "--deadline=5s")).isEqualTo(host.run("list"));
  }

  @Test
  void onATerminalTheWaitIsShownAndTakenAway() {
    host.held().later(1000, host::ends).kernel.terminal(80);

    assertThat(host.run("wait", "8080")).isZero();
    assertThat(host.kernel.stderr()).isEqualTo("\r\u001b[K8080: waiting\r\u001b[K");
  }

  @Test
  void theNextPortIsABareNumber() {
    host.held();

    assertThat(host.run("next", "8080")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo("8081\n");
    assertThat(host.run("next", "--count", "3", "8079")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo("8081\n8079\n8081\n8082\n");
    assertThat(host.kernel.stderr()).isEmpty();
  }

  @Test
  void ephemeralPortsComeLastUnlessTheyWereAskedFor() {
    assertThat(host.run("next", "--count", "2", "32767")).isZero();
    assertThat(host.run("next", "--count", "2", "32768")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo("32767\n61000\n32768\n32769\n");
  }

  @Test
  void aRangeEndsWhereItEnds() {
    host.held();

    assertThat(host.run("next", "--count=2", "8080-8081")).isEqualTo(1);
    assertThat(host.run("next", "--count=5", "8079-8081")).isEqualTo(1);
    assertThat(host.kernel.stdout()).isEqualTo("8081\n8079\n8081\n");
    assertThat(host.kernel.stderr())
        .contains("only 1 from 8080 to 8081 can be bound")
        .contains("only 2 from 8079 to 8081 can be bound");
  }

  @Test
  void whereNothingCanBeBoundThatIsSaid() {
    host.kernel.binds(
        (socket, address) -> socket.domain() == AF_NETLINK ? 0 : -Errno.EADDRINUSE.code());

    assertThat(host.run("next", "65000")).isEqualTo(1);
    assertThat(host.kernel.stdout()).isEmpty();
    assertThat(host.kernel.stderr())
        .isEqualTo("inuse: no port from 65000 to 65535 can be bound; begin elsewhere\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "/run/a.sock", "@name"})
  void onlyAPortHasANextOne(String target) {
    assertThat(host.run("next", target)).isEqualTo(2);
  }

  @Test
  void onePlaceToBeginFromIsEnough() {
    assertThat(host.run("next", "3000", "4000")).isEqualTo(2);
    assertThat(host.run("next", "--count=0", "3000")).isEqualTo(2);
    assertThat(host.run("next")).isEqualTo(2);
    assertThat(host.kernel.stdout()).isEmpty();
  }

  @Test
  void aPortThatIsHeldForAServerIsNotTheNextOne() {
    host.sockets.add(AF_INET6, IPPROTO_TCP, TCP_BOUND_INACTIVE, 100);

    host.run("next", "--reuseaddr", "8080");

    assertThat(host.kernel.stdout()).isEqualTo("8081\n");
  }
}
