package inuse.run.handover;

import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_PEERCRED;
import static inuse.kernel.abi.Constants.SO_PEERPIDFD;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.run.RunHost;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A uid is not enough: root in a container is uid 0 too. */
final class HandoverPeerTest {
  private static final int PEER = 700;

  private final RunHost host = new RunHost().process(PEER, 1);
  private final int[] pair = new int[2];

  @BeforeEach
  void connect() {
    host.kernel.socketPair(pair, SOCK_SEQPACKET);
    host.kernel.socketOf(pair[1]).maker(PEER).owner(1000);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).containsExactly("unix pair", "unix pair");
  }

  private boolean isOneOfUs() {
    return HandoverPeer.isOneOfUs(host.machine, pair[0]);
  }

  @Test
  void aProcessOfTheSameUserInTheSameNamespacesIs() {
    assertThat(isOneOfUs()).isTrue();
  }

  @Test
  void beforeLinux65ItIsLookedAtByItsPid() {
    host.kernel.refuse("getsockopt", SOL_SOCKET + "/" + SO_PEERPIDFD, new Errno(92));
    assertThat(isOneOfUs()).isTrue();
    host.kernel.remove("/proc/700");
    assertThat(isOneOfUs()).isFalse();
  }

  @Test
  void oneOfAnotherUserIsNot() {
    host.kernel.socketOf(pair[1]).owner(0);
    assertThat(isOneOfUs()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "user"})
  void oneInANamespaceOfItsOwnIsNot(String namespace) {
    host.apart(PEER, namespace);
    assertThat(isOneOfUs()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/700/ns/pid", "/proc/700/ns/user", "/proc/self/ns/pid"})
  void oneThatMayNotBeLookedAtIsNot(String link) {
    host.kernel.refuse("readlink", link, Errno.EACCES);
    assertThat(isOneOfUs()).isFalse();
  }

  @Test
  void oneThatOurPidNamespaceDoesNotSeeIsNot() {
    host.kernel.socketOf(pair[1]).maker(0);
    assertThat(isOneOfUs()).isFalse();
  }

  /** Somebody else may have its pid by now. */
  @Test
  void oneThatHasEndedMeanwhileIsNot() {
    int[] output = new int[2];
    host.kernel.program("/bin/true", line -> Optional.of("")).pipe(output, 0);
    int ended = host.kernel.spawn(Bytes.of("/bin/true"), List.of(), List.of(), 0, output[1]);
    host.process(ended, 1);
    host.kernel.socketOf(pair[1]).maker(ended);
    assertThat(isOneOfUs()).isFalse();
    host.kernel.close(output[0]);
    host.kernel.close(output[1]);
  }

  @Test
  void oneWithoutCredentialsIsNot() {
    host.kernel.refuse("getsockopt", SOL_SOCKET + "/" + SO_PEERCRED, Errno.EINVAL);
    assertThat(isOneOfUs()).isFalse();
  }
}
