package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.UnixAddress;
import inuse.kernel.fake.FakeKernel;
import inuse.run.RunHost;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HandoverProtocolTest {
  private static final byte[] PLACE = UnixAddress.of("/run/place");

  private final RunHost host = new RunHost();
  private final FakeKernel kernel = host.kernel;
  private final int[] pair = new int[2];

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    for (int end : pair) {
      if (end != 0) {
        kernel.close(end);
      }
    }
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private void close(int... fds) {
    for (int fd : fds) {
      kernel.close(fd);
    }
  }

  private void connected() {
    kernel.socketPair(pair, SOCK_SEQPACKET);
  }

  private Optional<HandoverProtocol.Message> heard() {
    return HandoverProtocol.hear(kernel, pair[1]);
  }

  @Test
  void twoSupervisorsOfOneUserTalkToEachOther() {
    int listener = HandoverProtocol.listen(kernel, PLACE);
    assertThat(kernel.socketOf(listener).isListening()).isTrue();
    int caller = HandoverProtocol.connect(host.machine, PLACE);
    int called = HandoverProtocol.accept(host.machine, listener);
    HandoverProtocol.say(kernel, caller, "take 1");
    assertThat(HandoverProtocol.hear(kernel, called))
        .contains(new HandoverProtocol.Message("take 1", -1));
    close(caller, called, listener);
  }

  @Test
  void aPlaceThatIsTakenIsAnErrno() {
    int listener = HandoverProtocol.listen(kernel, PLACE);
    assertThat(HandoverProtocol.listen(kernel, PLACE)).isEqualTo(-Errno.EADDRINUSE.code());
    close(listener);
  }

  @Test
  void whereNoSocketCanBeHadThatIsAnErrnoToo() {
    kernel.refuse("socket", "", Errno.EMFILE);
    assertThat(HandoverProtocol.listen(kernel, PLACE)).isEqualTo(-Errno.EMFILE.code());
    assertThat(HandoverProtocol.connect(host.machine, PLACE)).isEqualTo(-Errno.EMFILE.code());
  }

  @Test
  void aPlaceOfAnotherUserIsNotTalkedTo() {
    kernel.user(1001);
    int hostile = HandoverProtocol.listen(kernel, PLACE);
    kernel.user(1000);
    assertThat(HandoverProtocol.connect(host.machine, PLACE)).isEqualTo(HandoverProtocol.STRANGER);
    close(hostile);
  }

  @Test
  void aCallOfAnotherUserIsNotAnswered() {
    int listener = HandoverProtocol.listen(kernel, PLACE);
    kernel.user(1001);
    int hostile = kernel.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    assertThat(kernel.connect(hostile, PLACE)).isZero();
    kernel.user(1000);
    assertThat(HandoverProtocol.accept(host.machine, listener))
        .isEqualTo(HandoverProtocol.STRANGER);
    close(hostile, listener);
  }

  @Test
  void nothingIsThereWhereNothingListens() {
    assertThat(HandoverProtocol.connect(host.machine, PLACE)).isEqualTo(-Errno.ECONNREFUSED.code());
  }

  @Test
  void aDescriptorComesWithItsMessage() {
    connected();
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    assertThat(HandoverProtocol.give(kernel, pair[0], "socket x 0 1", socket)).isTrue();
    HandoverProtocol.Message message = heard().orElseThrow();
    assertThat(message.text()).isEqualTo("socket x 0 1");
    assertThat(kernel.socketOf(message.descriptor())).isSameAs(kernel.socketOf(socket));
    close(socket, message.descriptor());
  }

  @Test
  void aQueueThatIsFullTakesNothing() {
    connected();
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    kernel.refuse("sendmsg", "", new Errno(11));
    assertThat(HandoverProtocol.give(kernel, pair[0], "socket x 0 1", socket)).isFalse();
    close(socket);
  }

  @Test
  void anEndThatIsGoneIsNothingAndSoIsSilence() {
    connected();
    assertThat(heard()).isEmpty();
    kernel.close(pair[0]);
    pair[0] = 0;
    assertThat(heard()).isEmpty();
    HandoverProtocol.say(kernel, pair[1], "into the void");
  }

  @Test
  void aMessageThatIsTooLongIsCut() {
    connected();
    HandoverProtocol.say(kernel, pair[0], "x".repeat(10_000));
    assertThat(heard().orElseThrow().text()).isEqualTo("x".repeat(256));
  }

  @Test
  void bytesThatAreNoTextStayBytes() {
    connected();
    HandoverProtocol.say(kernel, pair[0], "\0\377take 1");
    assertThat(heard().orElseThrow().text()).isEqualTo("\0\377take 1");
  }

  @Test
  void moreDescriptorsThanOneAreNotKept() {
    connected();
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    byte[] control = new byte[32];
    Bytes.putLong(control, 0, 16 + 3 * 4);
    Bytes.putInt(control, 8, SOL_SOCKET);
    Bytes.putInt(control, 12, SCM_RIGHTS);
    for (int at = 16; at < 28; at += 4) {
      Bytes.putInt(control, at, socket);
    }
    kernel.sendMessage(pair[0], Bytes.of("socket x 0 1"), control, 0);
    assertThat(heard().orElseThrow().descriptor()).isNegative();
    close(socket);
  }

  /** One descriptor or several: a message of no bytes is like the end, and none of them stays. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void descriptorsThatComeWithoutATextAreNotKept(int count) {
    connected();
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    byte[] control = new byte[16 + 4 * count];
    Bytes.putLong(control, 0, control.length);
    Bytes.putInt(control, 8, SOL_SOCKET);
    Bytes.putInt(control, 12, SCM_RIGHTS);
    for (int at = 16; at < control.length; at += 4) {
      Bytes.putInt(control, at, socket);
    }
    kernel.sendMessage(pair[0], new byte[0], control, 0);
    assertThat(heard()).isEmpty();
    close(socket);
  }
}
