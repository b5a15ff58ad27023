package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.TCP_NODELAY;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.SocketOption;
import inuse.kernel.abi.Constants;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSocket;
import inuse.run.RunHost;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The successor's side, with a test at the other end of the line. */
final class HandoverClientTest {
  private static final BindKey KEY = new BindKey("6/8080/7f000001");

  private final FakeKernel kernel = new FakeKernel();
  private final int[] line = new int[2];
  private Optional<HandoverClient> client = Optional.empty();
  private int theirs;

  @BeforeEach
  void connect() {
    kernel.socketPair(line, SOCK_SEQPACKET);
    theirs = line[1];
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    client.ifPresent(HandoverClient::close);
    if (theirs != 0) {
      kernel.close(theirs);
    }
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private void says(String text) {
    HandoverProtocol.say(kernel, theirs, text);
  }

  /** Gives a listener, which the predecessor's program goes on to have. */
  private FakeSocket gives(BindKey key, int flags) {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    FakeSocket listener = kernel.socketOf(socket).listens(5).flags(flags);
    HandoverProtocol.give(kernel, theirs, "socket " + key.text() + " " + flags + " 5", socket);
    kernel.close(socket);
    return listener;
  }

  private boolean asked() {
    client = HandoverClient.ask(kernel, line[0]);
    return client.isPresent();
  }

  private Optional<FakeSocket> takes(BindKey key, int type) {
    int socket = kernel.socket(AF_INET, type, IPPROTO_TCP);
    SocketOption.set(kernel, socket, IPPROTO_TCP, TCP_NODELAY, true);
    Optional<FakeSocket> taken =
        client.orElseThrow().take(key, socket).map(one -> kernel.socketOf(one.copy()));
    kernel.close(socket);
    return taken;
  }

  @Test
  void itTakesTheListenersUntilTheEndIsSaid() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    assertThat(asked()).isTrue();
    assertThat(client.orElseThrow().owner()).isEqualTo(4200);
    assertThat(HandoverProtocol.hear(kernel, theirs))
        .contains(new HandoverProtocol.Message("take 1", -1));
    assertThat(takes(KEY, SOCK_STREAM)).contains(listener);
  }

  @Test
  void aPredecessorWithoutListenersIsOneToo() {
    says("end 4200");
    assertThat(asked()).isTrue();
    assertThat(client.orElseThrow().isComplete()).isTrue();
    assertThat(takes(KEY, SOCK_STREAM)).isEmpty();
  }

  @Test
  void aBusyPredecessorIsNone() {
    says("busy");
    assertThat(asked()).isFalse();
  }

  @Test
  void onlyOneThatAnswersInFiveSecondsIsThere() {
    long before = kernel.clockNanos(Constants.CLOCK_MONOTONIC);
    assertThat(asked()).isFalse();
    assertThat(kernel.clockNanos(Constants.CLOCK_MONOTONIC) - before).isEqualTo(5 * RunHost.SECOND);
  }

  @Test
  void oneThatHangsUpInTheMiddleIsNone() {
    gives(KEY, 0);
    kernel.close(theirs);
    theirs = 0;
    assertThat(asked()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "end", "end ", "end x", "end -1", "socket a b c", "socket", "retiring", "\0"})
  void messagesThatMakeNoSenseEndIt(String text) {
    gives(KEY, 0);
    says(text);
    assertThat(asked()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"end 4200", "busy", "socket a", "socket a 0 1 x", "sockets a 0 1"})
  void aDescriptorThatComesWithAnythingButAListenerIsNotKept(String text) {
    int stray = kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    HandoverProtocol.give(kernel, theirs, text, stray);
    kernel.close(stray);
    asked();
  }

  @Test
  void anEndlessListIsGivenUp() {
    for (int i = 0; i < 1_030; i++) {
      gives(new BindKey("6/" + i + "/7f000001"), 0);
    }
    says("end 4200");
    assertThat(asked()).isFalse();
  }

  @Test
  void aListenerOfAnotherAddressIsNotTaken() {
    gives(KEY, 0);
    says("end 4200");
    asked();
    assertThat(takes(new BindKey("6/8081/7f000001"), SOCK_STREAM)).isEmpty();
  }

  @Test
  void aListenerOfAnotherUserIsNotTaken() {
    gives(KEY, 0).owner(0);
    says("end 4200");
    asked();
    assertThat(takes(KEY, SOCK_STREAM)).isEmpty();
  }

  @Test
  void eachIsTakenOnce() {
    FakeSocket one = gives(KEY, 0);
    FakeSocket other = gives(KEY, 0);
    says("end 4200");
    asked();
    assertThat(takes(KEY, SOCK_STREAM)).contains(one);
    assertThat(takes(KEY, SOCK_STREAM)).contains(other);
    assertThat(takes(KEY, SOCK_STREAM)).isEmpty();
  }

  @Test
  void itGetsTheOptionsOfTheSocketThatItReplaces() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM);
    assertThat(listener.number(IPPROTO_TCP, TCP_NODELAY)).isEqualTo(1);
  }

  @Test
  void nonblockingChangesWhereTheTwoWereBoundDifferently() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM | SOCK_NONBLOCK);
    assertThat(listener.flags()).isEqualTo(O_NONBLOCK);
  }

  @Test
  void andStaysWhereTheyWereBoundAlike() {
    FakeSocket listener = gives(KEY, 0);
    listener.flags(O_NONBLOCK);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM);
    assertThat(listener.flags()).isEqualTo(O_NONBLOCK);
  }

  @Test
  void whatTheOldProgramDidToItSinceStaysToo() {
    FakeSocket listener = gives(KEY, O_NONBLOCK);
    listener.flags(0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM | SOCK_NONBLOCK);
    assertThat(listener.flags()).isZero();
  }

  @Test
  void itIsCompleteWhenEachIsListenedOn() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM);
    assertThat(client.orElseThrow().hasTaken(listener.inode())).isTrue();
    assertThat(client.orElseThrow().isComplete()).isFalse();
    client.orElseThrow().listens(listener.inode(), 64);
    assertThat(client.orElseThrow().isComplete()).isTrue();
  }

  @Test
  void aPredecessorThatRetiresSaysSoAndIsOverWhenItsLineCloses() {
    says("end 4200");
    asked();
    HandoverClient one = client.orElseThrow();
    one.retire();
    HandoverProtocol.hear(kernel, theirs);
    assertThat(HandoverProtocol.hear(kernel, theirs).orElseThrow().text()).isEqualTo("retire");
    assertThat(one.isRetiring()).isFalse();
    says("retiring");
    one.ready(POLLIN);
    assertThat(one.isRetiring()).isTrue();
    assertThat(one.isOver()).isFalse();
    kernel.close(theirs);
    theirs = 0;
    one.ready(POLLIN);
    assertThat(one.isOver()).isTrue();
    client = Optional.empty();
  }

  @Test
  void aDescriptorThatComesAfterTheEndIsNotKept() {
    says("end 4200");
    asked();
    gives(KEY, 0);
    client.orElseThrow().ready(POLLIN);
    assertThat(client.orElseThrow().isOver()).isFalse();
  }

  @Test
  void aListenerThatThePredecessorStoppedAtItsEndListensAgain() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM);
    client.orElseThrow().listens(listener.inode(), 64);
    listener.stopsListening();
    kernel.close(theirs);
    theirs = 0;
    client.orElseThrow().ready(POLLIN);
    assertThat(listener.backlog()).isEqualTo(64);
    client = Optional.empty();
  }

  @Test
  void oneThatGoesOnListeningIsLeftAlone() {
    FakeSocket listener = gives(KEY, 0);
    says("end 4200");
    asked();
    takes(KEY, SOCK_STREAM);
    client.orElseThrow().listens(listener.inode(), 64);
    kernel.close(theirs);
    theirs = 0;
    client.orElseThrow().ready(POLLIN);
    assertThat(listener.timesListened()).isEqualTo(1);
    client = Optional.empty();
  }
}
