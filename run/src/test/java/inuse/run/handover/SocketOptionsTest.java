package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IP;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.IP_FREEBIND;
import static inuse.kernel.abi.Constants.IP_TRANSPARENT;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SocketOption;
import inuse.kernel.fake.FakeDescriptor;
import inuse.kernel.fake.FakeKernel;
import inuse.run.RunHost;
import inuse.run.handover.SocketOptions.Outcome;
import inuse.run.process.TaskRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SocketOptionsTest {
  private final FakeKernel kernel = new FakeKernel();
  private final List<String> probes = new ArrayList<>();

  @AfterEach
  void probesAreClosed() {
    assertThat(kernel.openDescriptors()).hasSizeLessThan(2);
  }

  private int remember(FakeDescriptor probe) {
    probes.add(
        "uid "
            + probe.owner()
            + " reuseaddr "
            + probe.option(SOL_SOCKET, SO_REUSEADDR)
            + " reuseport "
            + probe.option(SOL_SOCKET, SO_REUSEPORT)
            + " v6only "
            + probe.option(IPPROTO_IPV6, IPV6_V6ONLY));
    return -Errno.EADDRINUSE.code();
  }

  @Test
  void aSocketSaysWhatItsBindDependsOn() {
    int socket = kernel.socket(AF_INET6, SOCK_STREAM, 262);
    SocketOption.set(kernel, socket, SOL_SOCKET, SO_REUSEPORT, true);
    SocketOption.set(kernel, socket, IPPROTO_IPV6, IPV6_V6ONLY, true);
    kernel.setSocketOption(socket, SOL_SOCKET, SO_BINDTODEVICE, Bytes.of("lo\0"));
    assertThat(SocketOptions.read(kernel, socket, AF_INET6, SOCK_STREAM))
        .isEqualTo(
            new SocketOptions(
                AF_INET6,
                SOCK_STREAM,
                262,
                false,
                true,
                true,
                false,
                Optional.of(new Untrusted("lo")),
                1000));
  }

  @Test
  void theProbeIsLikeTheSocketAndBelongsToTheSameUser() {
    kernel.binds((probe, address) -> remember(probe));
    SocketOptions options =
        new SocketOptions(
            AF_INET6, SOCK_STREAM, 6, true, true, true, false, Optional.empty(), 1001);
    assertThat(options.bind(kernel, RunHost.v6(80, 0), false)).isEqualTo(Outcome.IN_USE);
    assertThat(probes).containsExactly("uid 1001 reuseaddr 1 reuseport 1 v6only 1");
  }

  @Test
  void afterTheProbeNewSocketsAreOurOwnAgain() {
    SocketOptions options =
        new SocketOptions(
            AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 1001);
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.POSSIBLE);
    assertThat(kernel.socketOf(kernel.socket(AF_INET, SOCK_STREAM, 6)).owner()).contains(1000L);
  }

  @Test
  void itCanBeAskedWhetherReuseAddressWouldHelp() {
    kernel.binds((probe, address) -> remember(probe));
    SocketOptions options =
        new SocketOptions(
            AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 1000);
    options.bind(kernel, RunHost.v4(80), true);
    assertThat(probes).containsExactly("uid 1000 reuseaddr 1 reuseport 0 v6only 0");
  }

  @Test
  void anotherErrorAndNoSocketAtAllAreNoRefusal() {
    SocketOptions options =
        new SocketOptions(
            AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 1000);
    kernel.binds((probe, address) -> -Errno.EACCES.code());
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.DENIED);
    kernel.binds((probe, address) -> -Errno.EADDRNOTAVAIL.code());
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.NOT_LOCAL);
    kernel.binds((probe, address) -> -Errno.EINVAL.code());
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.OTHERWISE_REFUSED);
    kernel.refuse("socket", "", new Errno(24));
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.OTHERWISE_REFUSED);
  }

  @Test
  void aRefusedBindIsTheAddressWithTheOptions() {
    SocketOptions options =
        new SocketOptions(
            AF_INET6,
            SOCK_DGRAM,
            17,
            true,
            false,
            true,
            false,
            Optional.of(new Untrusted("lo")),
            1001);
    RefusedBind refused = RefusedBind.of(options, RunHost.v6(53, 0), Optional.empty(), rights(0));
    assertThat(refused.target()).hasToString("udp/[::1]:53");
    assertThat(refused.reuseAddress()).isTrue();
    assertThat(refused.reusePort()).isFalse();
    assertThat(refused.ipv6Only()).isTrue();
    assertThat(refused.device()).contains(new Untrusted("lo"));
    assertThat(refused.uid()).hasToString("1001");
  }

  /** Of a task of that user, without capabilities. */
  private static TaskRights rights(long uid) {
    return TaskRights.read(uid + " " + uid + " 0 ").orElseThrow();
  }

  @Test
  void onlyRootAsksAsAnotherUser() {
    SocketOptions options =
        new SocketOptions(AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 0);
    assertThat(RefusedBind.of(options, RunHost.v4(80), Optional.empty(), rights(1000)).uid())
        .hasToString("1000");
    assertThat(RefusedBind.of(options, RunHost.v4(80), Optional.empty(), rights(0)).uid())
        .hasToString("0");
  }

  @Test
  void theProbeIsMadeWithNoMoreThanTheTasksCapabilities() {
    List<Long> during = new ArrayList<>();
    kernel.user(0).capabilities(0b1111);
    kernel.binds((probe, address) -> {
      during.add(kernel.capabilities());
      return 0;
    });
    SocketOptions options =
        new SocketOptions(AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 0);
    TaskRights rights = TaskRights.read("0 0 15a ").orElseThrow();
    assertThat(options.bind(kernel, RunHost.v4(80), false, rights)).isEqualTo(Outcome.POSSIBLE);
    assertThat(during).containsExactly(0b1010L);
    assertThat(kernel.capabilities()).isEqualTo(0b1111);
  }

  @Test
  void whereCapabilitiesCannotBeGivenUpNothingIsConcluded() {
    SocketOptions options =
        new SocketOptions(AF_INET, SOCK_STREAM, 6, false, false, false, false, Optional.empty(), 0);
    kernel.binds((probe, address) -> -Errno.EADDRINUSE.code());
    kernel.refuse("capget", "", Errno.EPERM);
    assertThat(options.bind(kernel, RunHost.v4(80), false, rights(1000)))
        .isEqualTo(Outcome.OTHERWISE_REFUSED);
    kernel.allow("capget", "").refuse("capset", "", Errno.EPERM);
    assertThat(options.bind(kernel, RunHost.v4(80), false, rights(1000)))
        .isEqualTo(Outcome.OTHERWISE_REFUSED);
  }

  @Test
  void aSocketThatMayBindToForeignAddressesHasATwinThatMayToo() {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    kernel.setSocketOption(socket, IPPROTO_IP, IP_TRANSPARENT, new byte[] {1, 0, 0, 0});
    kernel.binds((probe, address) ->
        probe.option(IPPROTO_IP, IP_FREEBIND) == 1 ? 0 : -Errno.EADDRNOTAVAIL.code());
    SocketOptions options = SocketOptions.read(kernel, socket, AF_INET, SOCK_STREAM);
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.POSSIBLE);
  }

  @Test
  void aTwinThatCannotBeTiedToTheDeviceIsNone() {
    SocketOptions options =
        new SocketOptions(
            AF_INET,
            SOCK_STREAM,
            6,
            false,
            false,
            false,
            false,
            Optional.of(new Untrusted("lo")),
            1000);
    kernel.binds((probe, address) -> -Errno.EADDRINUSE.code());
    kernel.refuse("setsockopt", SOL_SOCKET + "/" + SO_BINDTODEVICE, Errno.EPERM);
    assertThat(options.bind(kernel, RunHost.v4(80), false)).isEqualTo(Outcome.OTHERWISE_REFUSED);
  }
}
