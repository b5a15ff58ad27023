package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeSocket;
import inuse.run.RunHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HandoverStandInTest {
  private static final int HOLDER = 500;

  private final RunHost host = new RunHost().process(HOLDER, 1);
  private final int[] line = new int[2];
  private final List<String> heard = new ArrayList<>();
  private boolean hungUp;

  @BeforeEach
  void connect() {
    host.kernel.socketPair(line, SOCK_SEQPACKET);
  }

  @AfterEach
  void nothingButTheLineIsOpen() {
    if (!hungUp) {
      host.kernel.close(line[1]);
    }
    assertThat(host.kernel.openDescriptors())
        .allMatch(one -> one.equals("unix pair"))
        .hasSizeLessThan(2);
  }

  private HandoverStandIn standIn(long startTicks) {
    return new HandoverStandIn(
        host.machine, line[0], List.of(new ProcessIdentity(new Pid(HOLDER), startTicks)));
  }

  /** The successor says that so long after now. */
  private void later(long millis, Runnable action) {
    host.kernel.later(millis * RunHost.MILLI, action);
  }

  private void says(String text) {
    HandoverProtocol.say(host.kernel, line[1], text);
  }

  private void hangsUp() {
    hungUp = true;
    host.kernel.close(line[1]);
  }

  private void hearsAll() {
    Optional<HandoverProtocol.Message> message = HandoverProtocol.hear(host.kernel, line[1]);
    while (message.isPresent()) {
      heard.add(message.get().text());
      HandoverProtocol.drop(host.kernel, message);
      message = HandoverProtocol.hear(host.kernel, line[1]);
    }
  }

  private List<String> given(long startTicks) {
    HandoverStandIn standIn = standIn(startTicks);
    later(1, () -> says(HandoverServer.TAKE));
    later(2, this::hearsAll);
    later(3, this::hangsUp);
    assertThat(standIn.awaitReady()).isFalse();
    return heard;
  }

  @Test
  void aSuccessorGetsTheListenersOfAProgramThatKnowsNothing() {
    host.listener(HOLDER, 3, 300, 8080).flags(0x800);
    assertThat(given(90_000)).containsExactly("socket 6/8080/7f000001 2048 4096", "end " + HOLDER);
  }

  @Test
  void whatIsNoListenerOfTcpInThisNetworkNamespaceIsNotGiven() {
    host.socket(HOLDER, 3, 300).bound(RunHost.v4(8080));
    host.open(HOLDER, 4, new FakeSocket(301, AF_INET, SOCK_DGRAM)).protocol(17);
    byte[] cookie = new byte[8];
    Bytes.putLong(cookie, 0, 77);
    host.listener(HOLDER, 5, 302, 8080).option(SOL_SOCKET, SO_NETNS_COOKIE, cookie);
    host.open(HOLDER, 6, new FakeSocket(303, 1, SOCK_SEQPACKET).owner(1000)).listens(1);
    assertThat(given(90_000)).containsExactly("end " + HOLDER);
  }

  @Test
  void aPidThatHasPassedToAnotherProcessGivesNothing() {
    host.listener(HOLDER, 3, 300, 8080);
    assertThat(given(80_000)).containsExactly("end " + HOLDER);
  }

  @Test
  void aProcessThatProcShowsByAnotherNumberGivesNothing() {
    host.listener(HOLDER, 3, 300, 8080);
    host.kernel.numberedInProc(HOLDER, "29155 " + HOLDER);
    assertThat(given(90_000)).containsExactly("end " + HOLDER);
  }

  @Test
  void whereItMayNotBeLookedIntoNothingIsGiven() {
    host.listener(HOLDER, 3, 300, 8080);
    host.kernel.refuse("pidfd_getfd", "", new Errno(1));
    assertThat(given(90_000)).containsExactly("end " + HOLDER);
  }

  @Test
  void itIsReadyWhenTheSuccessorIs() {
    host.listener(HOLDER, 3, 300, 8080);
    HandoverStandIn standIn = standIn(90_000);
    later(1, () -> says(HandoverServer.TAKE));
    later(2, () -> says(HandoverServer.RETIRE));
    assertThat(standIn.awaitReady()).isTrue();
    hearsAll();
    assertThat(heard).endsWith("end " + HOLDER, "retiring");
  }

  @Test
  void aSuccessorThatHangsUpHasComeToNothing() {
    HandoverStandIn standIn = standIn(90_000);
    later(1, this::hangsUp);
    assertThat(standIn.awaitReady()).isFalse();
  }

  @Test
  void mptcpIsNotTcp() {
    host.listener(HOLDER, 3, 300, 8080).protocol(262);
    assertThat(given(90_000)).containsExactly("end " + HOLDER);
  }
}
