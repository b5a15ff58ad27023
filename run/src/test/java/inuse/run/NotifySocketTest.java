package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NotifySocketTest {
  private static final String READY = "READY=1\nMAINPID=4242\n";

  private final FakeKernel kernel = new FakeKernel();
  private final NotifySocket socket = new NotifySocket(Host.of(kernel), "/run/notify");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void readyIsToldOnceWithThePidOfTheSupervisor() {
    assertThat(socket.waits()).isTrue();
    socket.ready();
    socket.ready();
    assertThat(socket.waits()).isFalse();
    assertThat(kernel.datagrams()).containsExactly("/run/notify " + READY);
  }

  @Test
  void anAtSignStandsForAnAbstractName() {
    new NotifySocket(Host.of(kernel), "@manager").ready();
    assertThat(kernel.datagrams()).containsExactly("\0manager " + READY);
  }

  @Test
  void stoppingIsToldOnceAndNothingIsReadyAfterIt() {
    socket.stopping();
    socket.stopping();
    socket.ready();
    assertThat(socket.waits()).isFalse();
    assertThat(kernel.datagrams()).containsExactly("/run/notify STOPPING=1\n");
  }

  @Test
  void aProgramThatWasReadyStopsToo() {
    socket.ready();
    socket.stopping();
    assertThat(kernel.datagrams())
        .containsExactly("/run/notify " + READY, "/run/notify STOPPING=1\n");
  }

  @Test
  void aManagerThatIsGoneIsNoProblem() {
    kernel.refuse("sendto", "", new Errno(111));
    socket.ready();
    assertThat(socket.waits()).isFalse();
    assertThat(kernel.datagrams()).isEmpty();
  }

  @Test
  void aManagerThatDoesNotReadHearsItLater() {
    kernel.refuse("sendto", "", Errno.EAGAIN);
    socket.ready();
    assertThat(socket.waits()).isTrue();
    kernel.allow("sendto", "");
    socket.ready();
    assertThat(kernel.datagrams()).isEmpty();
    kernel.advance(100_000_000);
    socket.ready();
    assertThat(socket.waits()).isFalse();
    assertThat(kernel.datagrams()).containsExactly("/run/notify " + READY);
  }

  @Test
  void itSendsNothingThatCouldWait() {
    kernel.refuse("sendto", "", Errno.EAGAIN);
    socket.stopping();
    assertThat(socket.waits()).isFalse();
    assertThat(kernel.datagrams()).isEmpty();
  }
}
