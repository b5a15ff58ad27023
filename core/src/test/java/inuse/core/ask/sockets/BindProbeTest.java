package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which binds are made to ask: each that succeeds is in somebody's way for a moment. */
final class BindProbeTest {
  private static final Newcomer PLAIN = Newcomer.plain(new Uid(1000));

  private static boolean nothingButListeners() {
    return true;
  }

  private static boolean others() {
    return false;
  }

  private final FakeKernel kernel = new FakeKernel();

  /** The binds that were made: {@code plain} or {@code reuse}. */
  private final List<String> binds = new ArrayList<>();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private List<Probe> probe(
      Protocol protocol,
      Newcomer newcomer,
      BooleanSupplier optionIsNothing,
      Predicate<Boolean> refuses) {
    kernel.binds((socket, address) -> {
      boolean reuse = socket.option(SOL_SOCKET, SO_REUSEADDR) != 0;
      binds.add(reuse ? "reuse" : "plain");
      return refuses.test(reuse) ? -Errno.EADDRINUSE.code() : 0;
    });
    PortTarget target = new PortTarget(protocol, Optional.of(IpAddress.ANY_V4), new Port(8080));
    return new BindProbe(kernel).probe(target, newcomer, optionIsNothing);
  }

  @Test
  void aPortThatNoSocketHasIsAskedForInNobodysWay() {
    List<Probe> probes =
        probe(Protocol.TCP, PLAIN, BindProbeTest::nothingButListeners, reuse -> false);

    assertThat(binds).containsExactly("reuse");
    assertThat(probes).singleElement().matches(Probe::isAllowed).matches(Probe::reuseAddress);
  }

  @Test
  void whereAServerStartsBetweenTheAddressesNothingIsBoundInTheWayOfItsNextStart() {
    kernel.binds((socket, address) -> {
      binds.add(socket.option(SOL_SOCKET, SO_REUSEADDR) != 0 ? "reuse" : "plain");
      return binds.size() == 1 ? 0 : -Errno.EADDRINUSE.code();
    });
    PortTarget both = new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

    List<Probe> probes = new BindProbe(kernel).probe(both, PLAIN, () -> true);

    assertThat(binds).containsExactly("reuse", "reuse");
    assertThat(probes).extracting(Probe::isAllowed).containsExactly(true, false, false);
    assertThat(probes).extracting(Probe::reuseAddress).containsExactly(true, false, true);
  }

  @Test
  void whereASocketHasThePortTheOptionMayMatterAndAPlainBindFollows() {
    List<Probe> probes = probe(Protocol.TCP, PLAIN, BindProbeTest::others, reuse -> !reuse);

    assertThat(binds).containsExactly("reuse", "plain", "reuse");
    assertThat(probes).extracting(Probe::reuseAddress).containsExactly(false, true);
    assertThat(probes).extracting(Probe::isAllowed).containsExactly(false, true);
  }

  @Test
  void aListenerThatCameBetweenTwoBindsIsNotTakenForOneThatTheOptionPasses() {
    List<Probe> probes =
        probe(Protocol.TCP, PLAIN, BindProbeTest::others, reuse -> !binds.equals(List.of("reuse")));

    assertThat(probes).extracting(Probe::reuseAddress).containsExactly(false, true);
    assertThat(probes).noneMatch(Probe::isAllowed);
  }

  @Test
  void whatIsRefusedEvenWithTheOptionIsRefusedWithoutItToo() {
    List<Probe> probes =
        probe(
            Protocol.TCP,
            PLAIN,
            () -> {
              throw new AssertionError("the table was asked");
            },
            reuse -> true);

    assertThat(binds).containsExactly("reuse");
    assertThat(probes).extracting(Probe::reuseAddress).containsExactly(false, true);
    assertThat(probes).noneMatch(Probe::isAllowed);
  }

  @Test
  void aServerThatSetsTheOptionIsAskedForAsItIs() {
    probe(Protocol.TCP, PLAIN.withReuseAddress(), BindProbeTest::others, reuse -> false);

    assertThat(binds).containsExactly("reuse");
  }

  @Test
  void aUdpServersDatagramsAreNotTakenByAsking() {
    probe(Protocol.UDP, PLAIN, BindProbeTest::others, reuse -> false);

    assertThat(binds).containsExactly("plain");
    binds.clear();
    probe(Protocol.UDP, PLAIN, BindProbeTest::nothingButListeners, reuse -> false);

    assertThat(binds).containsExactly("reuse");
  }
}
