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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HandoverProtocolTest {
  private static final BindKey KEY = new BindKey("6/8080/7f000001");
  private static final String NAME = "\0inuse-handover/1000/6/8080/7f000001";

  private final FakeKernel kernel = new FakeKernel();
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
  void twoSupervisorsOfOneUserMeetUnderTheNameOfTheListener() {
    int listener = HandoverProtocol.listen(kernel, KEY);
    assertThat(kernel.socketOf(listener).isListening()).isTrue();
    int caller = HandoverProtocol.connect(kernel, KEY);
    int called = HandoverProtocol.accept(kernel, listener);
    HandoverProtocol.say(kernel, caller, "take 1");
    assertThat(HandoverProtocol.hear(kernel, called))
        .contains(new HandoverProtocol.Message("take 1", -1));
    close(caller, called, listener);
  }

  @Test
  void theNameHasTheUserInIt() {
    int listener = HandoverProtocol.listen(kernel, KEY);
    kernel.user(1001);
    assertThat(HandoverProtocol.connect(kernel, KEY)).isNegative();
    close(listener);
  }

  @Test
  void aNameThatIsTakenIsAnErrno() {
    int listener = HandoverProtocol.listen(kernel, KEY);
    assertThat(HandoverProtocol.listen(kernel, KEY)).isEqualTo(-Errno.EADDRINUSE.code());
    close(listener);
  }

  @Test
  void aNameThatAnotherUserHasTakenIsNotTalkedTo() {
    kernel.user(1001);
    int hostile = kernel.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    kernel.bind(hostile, UnixAddress.of(NAME));
    kernel.listen(hostile, 8);
    kernel.user(1000);
    assertThat(HandoverProtocol.connect(kernel, KEY)).isNegative();
    close(hostile);
  }

  @Test
  void aCallOfAnotherUserIsNotAnswered() {
    int listener = HandoverProtocol.listen(kernel, KEY);
    kernel.user(1001);
    int hostile = kernel.socket(AF_UNIX, SOCK_SEQPACKET, 0);
    assertThat(kernel.connect(hostile, UnixAddress.of(NAME))).isZero();
    kernel.user(1000);
    assertThat(HandoverProtocol.accept(kernel, listener)).isNegative();
    close(hostile, listener);
  }

  @Test
  void nothingIsThereWhereNothingListens() {
    assertThat(HandoverProtocol.connect(kernel, KEY)).isNegative();
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
}
