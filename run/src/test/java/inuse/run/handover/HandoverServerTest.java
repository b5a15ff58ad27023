package inuse.run.handover;

import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.run.RunHost.PROGRAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.UnixAddress;
import inuse.kernel.fake.FakeSocket;
import inuse.run.RunHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The predecessor's side, with a test that calls. */
final class HandoverServerTest {
  private static final BindKey KEY = new BindKey("6/8080/7f000001");
  private static final int OURS = 4200;
  private static final String PLACE = "/run/user/1000/inuse";

  private final RunHost host = new RunHost().process(PROGRAM, RunHost.SELF);
  private final BindRegistry bound = new BindRegistry();
  private final List<Integer> pids = new ArrayList<>(List.of(PROGRAM));
  private final List<Integer> received = new ArrayList<>();
  private int retired;
  private boolean mayGive = true;
  private final List<HandoverProblem> problems = new ArrayList<>();
  private final HandoverDirectories directories =
      new HandoverDirectories(host.machine, Optional.empty());
  private final HandoverServer server =
      new HandoverServer(host.machine, directories, bound, () -> mayGive);

  @BeforeEach
  void serve() {
    server.serve(OURS, () -> pids, () -> retired++);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    server.stopOffering();
    received.forEach(host.kernel::close);
    pump();
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private void pump() {
    host.serve(server::watched);
  }

  private FakeSocket listener(int fd, long inode, int flags, int backlog) {
    FakeSocket socket = host.listener(PROGRAM, fd, inode, 8080).flags(flags);
    bound.bound(inode, KEY, flags);
    bound.listens(inode, backlog);
    server.offer(KEY, problems::add);
    return socket;
  }

  private int call() {
    return directories.first(KEY, Optional::of, problems::add).orElseThrow();
  }

  private void says(int line, String text) {
    HandoverProtocol.say(host.kernel, line, text);
    pump();
  }

  private String hears(int line) {
    Optional<HandoverProtocol.Message> message = HandoverProtocol.hear(host.kernel, line);
    message
        .map(HandoverProtocol.Message::descriptor)
        .filter(fd -> fd >= 0)
        .ifPresent(received::add);
    return message.map(HandoverProtocol.Message::text).orElse("-");
  }

  private void hangUp(int line) {
    host.kernel.close(line);
    pump();
  }

  @Test
  void aSuccessorGetsEachListenerWithItsKeyFlagsAndBacklogAndThenTheEnd() {
    FakeSocket one = listener(3, 300, O_NONBLOCK, 64);
    FakeSocket other = listener(4, 301, 0, 5);
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(List.of(hears(line), hears(line)))
        .containsExactlyInAnyOrder("socket 6/8080/7f000001 2048 64", "socket 6/8080/7f000001 0 5");
    assertThat(hears(line)).isEqualTo("end 4200");
    assertThat(received.stream().map(host.kernel::socketOf)).containsExactlyInAnyOrder(one, other);
    assertThat(server.hasHanded()).isTrue();
    assertThat(server.hasHanded(300)).isTrue();
    hangUp(line);
  }

  @Test
  void whatDoesNotListenAnyMoreIsNotGiven() {
    listener(3, 300, 0, 64).stopsListening();
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).isEqualTo("end 4200");
    hangUp(line);
  }

  @Test
  void aDescriptorThatStandsForSomethingElseByNowIsNotGiven() {
    listener(3, 300, 0, 64);
    host.kernel.processes().holds(PROGRAM, 3, new FakeSocket(999, 2, 1).listens(1));
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).isEqualTo("end 4200");
    hangUp(line);
  }

  @Test
  void aListenerThatTwoProcessesHaveIsGivenOnce() {
    FakeSocket socket = listener(3, 300, 0, 64);
    host.process(9100, PROGRAM);
    host.open(9100, 3, socket);
    pids.add(9100);
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).startsWith("socket ");
    assertThat(hears(line)).isEqualTo("end 4200");
    hangUp(line);
  }

  @Test
  void aProcessThatIsGoneIsPassedOver() {
    listener(3, 300, 0, 64);
    pids.addFirst(9999);
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).startsWith("socket ");
    assertThat(hears(line)).isEqualTo("end 4200");
    hangUp(line);
  }

  @Test
  void aListenerThatDoesNotFitIntoTheQueueIsKept() {
    listener(3, 300, 0, 64);
    host.kernel.refuse("sendmsg", "", new Errno(11));
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).isEqualTo("end 4200");
    assertThat(server.hasHanded()).isFalse();
    hangUp(line);
  }

  @Test
  void aSocketThatTheSupervisorMadeItselfIsGivenAsACopy() {
    int kept = host.kernel.socket(2, 1, 6);
    FakeSocket socket = host.kernel.socketOf(kept).listens(4096);
    bound.bound(socket.inode(), KEY, 0);
    bound.listens(socket.inode(), 4096);
    server.keep(kept);
    server.offer(KEY, problems::add);
    int line = call();
    says(line, HandoverServer.TAKE);
    assertThat(hears(line)).isEqualTo("socket 6/8080/7f000001 0 4096");
    assertThat(hears(line)).isEqualTo("end 4200");
    hangUp(line);
    host.kernel.close(kept);
  }

  @Test
  void oneSuccessorAtATime() {
    listener(3, 300, 0, 64);
    int first = call();
    pump();
    int second = call();
    pump();
    assertThat(hears(second)).isEqualTo("busy");
    assertThat(hears(first)).isEqualTo("-");
    host.kernel.close(second);
    hangUp(first);
  }

  @Test
  void whileItTakesOverItselfItGivesNothing() {
    listener(3, 300, 0, 64);
    mayGive = false;
    int line = call();
    pump();
    assertThat(hears(line)).isEqualTo("busy");
    host.kernel.close(line);
  }

  @Test
  void aCallOfAnotherUserIsNotServed() {
    listener(3, 300, 0, 64);
    host.kernel.user(1001);
    int hostile = host.kernel.socket(1, 5, 0);
    assertThat(host.kernel.connect(hostile, UnixAddress.of(PLACE + "/" + names().getFirst())))
        .isZero();
    host.kernel.user(1000);
    HandoverProtocol.say(host.kernel, hostile, HandoverServer.TAKE);
    pump();
    assertThat(hears(hostile)).isEqualTo("-");
    assertThat(server.hasHanded()).isFalse();
    host.kernel.close(hostile);
  }

  @Test
  void itRetiresWhenTheSuccessorIsReady() {
    listener(3, 300, 0, 64);
    int line = call();
    says(line, HandoverServer.TAKE);
    hears(line);
    hears(line);
    says(line, HandoverServer.RETIRE);
    assertThat(hears(line)).isEqualTo("retiring");
    assertThat(retired).isEqualTo(1);
    assertThat(server.offers(KEY)).isFalse();
    assertThat(server.hasHanded(300)).isTrue();
    host.kernel.close(line);
  }

  @Test
  void aSuccessorThatComesToNothingLeavesEverythingAsItWas() {
    FakeSocket socket = listener(3, 300, 0, 64);
    int line = call();
    says(line, HandoverServer.TAKE);
    hears(line);
    socket.flags(O_NONBLOCK);
    hangUp(line);
    assertThat(socket.flags()).isZero();
    assertThat(retired).isZero();
    assertThat(server.hasHanded()).isFalse();
    assertThat(server.offers(KEY)).isTrue();
  }

  @Test
  void andTheNextOneGetsThemAgain() {
    listener(3, 300, 0, 64);
    int line = call();
    says(line, HandoverServer.TAKE);
    hears(line);
    hangUp(line);
    int next = call();
    says(next, HandoverServer.TAKE);
    assertThat(hears(next)).startsWith("socket ");
    hangUp(next);
  }

  @Test
  void askedTwiceItGivesWhatIsNewOnly() {
    listener(3, 300, 0, 64);
    int line = call();
    says(line, HandoverServer.TAKE);
    says(line, HandoverServer.TAKE);
    assertThat(List.of(hears(line), hears(line), hears(line)))
        .containsExactly("socket 6/8080/7f000001 0 64", "end 4200", "end 4200");
    hangUp(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"take 2", "take 1 ", "TAKE 1", "retire now", "\0", "socket a 0 0", "x"})
  void aMessageThatMakesNoSenseEndsTheConversation(String text) {
    listener(3, 300, 0, 64);
    int line = call();
    says(line, text);
    assertThat(retired).isZero();
    assertThat(server.hasHanded()).isFalse();
    assertThat(host.kernel.send(line, new byte[1], 0)).isNegative();
    host.kernel.close(line);
  }

  @Test
  void anOversizedMessageDoesToo() {
    listener(3, 300, 0, 64);
    int line = call();
    says(line, HandoverServer.RETIRE + "!".repeat(100_000));
    assertThat(retired).isZero();
    host.kernel.close(line);
  }

  @Test
  void aDescriptorThatCallersSendIsNotKept() {
    listener(3, 300, 0, 64);
    int line = call();
    int gift = host.kernel.socket(2, 1, 6);
    HandoverProtocol.give(host.kernel, line, HandoverServer.TAKE, gift);
    host.kernel.close(gift);
    pump();
    hears(line);
    hangUp(line);
  }

  private List<String> names() {
    return host.machine.names(PLACE);
  }

  @Test
  void aPlaceOfAnotherUserIsToldAndNothingIsOffered() {
    for (String path : List.of(PLACE, "/dev/shm/inuse-1000", "/tmp/inuse-1000")) {
      host.kernel.directory(path, 7).status(path, new FileStatus(S_IFDIR | 0700, 1001, 7, 0, 1));
    }
    server.offer(KEY, problems::add);
    assertThat(server.offers(KEY)).isFalse();
    assertThat(problems).containsExactly(new HandoverProblem.OfAnotherUser(PLACE, 1001));
  }

  @Test
  void listenersThatAreClosedAreForgottenWithTheirNames() {
    FakeSocket left = listener(3, 300, 0, 64);
    BindKey other = new BindKey("6/8081/7f000001");
    bound.bound(301, other, 0);
    bound.listens(301, 1);
    server.offer(other, problems::add);
    assertThat(names()).hasSize(2);
    server.forgetGone();
    assertThat(server.offers(KEY)).isTrue();
    assertThat(server.offers(other)).isFalse();
    assertThat(names()).hasSize(1);
    assertThat(bound.listening()).containsOnlyKeys(left.inode());
  }

  @Test
  void aListenerOfTheSupervisorItselfIsNotForgotten() {
    int kept = host.kernel.socket(2, 1, 6);
    bound.bound(host.kernel.socketOf(kept).inode(), KEY, 0);
    bound.listens(host.kernel.socketOf(kept).inode(), 1);
    server.keep(kept);
    server.offer(KEY, problems::add);
    server.forgetGone();
    assertThat(server.offers(KEY)).isTrue();
    host.kernel.close(kept);
  }

  @Test
  void whenItStopsOfferingNothingCanBeAskedFor() {
    listener(3, 300, 0, 64);
    server.stopOffering();
    assertThat(names()).isEmpty();
    assertThat(server.watched()).isEmpty();
  }
}
