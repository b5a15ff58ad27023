package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SOCK_RAW;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.run.RunHost.PROGRAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.UnixAddress;
import inuse.kernel.fake.FakeSocket;
import inuse.run.RunHost;
import inuse.run.handover.RefusedUnixBind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Binds of other sockets than those of TCP and UDP, which may fail with EADDRINUSE too. */
final class OtherBindsTest {
  private static final long ADDRESS = 0x7f00;
  private static final int BIND = 49;

  private final RunHost host = new RunHost().process(PROGRAM, RunHost.SELF);
  private final List<Refusal> refusals = new ArrayList<>();
  private final BindGuard guard =
      new BindGuard(
          host.machine,
          host.kernel.seccomp().listener(),
          new GuardOptions(
              false,
              false,
              false,
              (refusal, binder) -> {
                refusals.add(refusal);
                return 9700;
              }),
          Optional.empty(),
          port -> {});

  @BeforeEach
  void theProgramSeesTheFilesThatWeSee() {
    for (String who : List.of("self", Integer.toString(PROGRAM))) {
      host.kernel
          .link("/proc/" + who + "/ns/mnt", "mnt:[1]")
          .link("/proc/" + who + "/root", "/")
          .link("/proc/" + who + "/cwd", "/srv");
    }
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).containsExactly("seccomp");
  }

  private void bind(byte[] address) {
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, address);
    host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, address.length);
    guard.ready(POLLIN);
  }

  private void bindUnix(String name) {
    host.open(PROGRAM, 3, new FakeSocket(300, AF_UNIX, SOCK_STREAM).owner(1000));
    bind(UnixAddress.of(name));
  }

  private String only() {
    assertThat(refusals).hasSize(1);
    assertThat(refusals.getFirst().reason()).isEqualTo(Refusal.Reason.IN_USE);
    return switch (refusals.getFirst().address()) {
      case RefusedAddress.Askable(RefusedUnixBind(var target)) -> target.word().bytes();
      case RefusedAddress.Askable other -> "another";
      case RefusedId(var space, var protocol, var id, var socket) ->
          space + " " + protocol + " " + id + socket.map(one -> " " + one.number()).orElse("");
    };
  }

  @Test
  void aPathThatExistsIsInUse() {
    host.kernel.file("/run/app.sock", "");
    bindUnix("/run/app.sock\0");
    assertThat(only()).isEqualTo("/run/app.sock");
  }

  @Test
  void aNameWithoutASlashIsAFileInTheProgramsDirectory() {
    host.kernel.file("/srv/127.0.0.1:9998", "");
    bindUnix("127.0.0.1:9998");
    assertThat(only()).isEqualTo("/srv/127.0.0.1:9998");
  }

  @Test
  void aPathWhereNothingIsGoesOn() {
    bindUnix("/run/app.sock");
    assertThat(refusals).isEmpty();
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
  }

  @Test
  void filesOfAnotherMountNamespaceOrRootAreNotJudged() {
    host.kernel.file("/run/app.sock", "").link("/proc/" + PROGRAM + "/root", "/jail");
    bindUnix("/run/app.sock");
    host.kernel.link("/proc/" + PROGRAM + "/root", "/").link("/proc/9000/ns/mnt", "mnt:[2]");
    bindUnix("/run/app.sock");
    assertThat(refusals).isEmpty();
  }

  @Test
  void anAbstractNameThatIsTakenIsInUse() {
    host.kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());
    bindUnix("\0app");
    assertThat(only()).isEqualTo("@app");
  }

  @Test
  void anAbstractNameThatIsNotTakenGoesOn() {
    bindUnix("\0app");
    assertThat(refusals).isEmpty();
  }

  @Test
  void aSocketThatLetsTheKernelNameItGoesOn() {
    host.kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());
    bindUnix("");
    assertThat(refusals).isEmpty();
  }

  private void bindNetlink(int id) {
    host.open(PROGRAM, 3, new FakeSocket(300, AF_NETLINK, SOCK_RAW).owner(1000)).protocol(16);
    byte[] address = new byte[12];
    Bytes.putShort(address, 0, AF_NETLINK);
    Bytes.putInt(address, 4, id);
    bind(address);
  }

  @Test
  void aNetlinkIdThatIsTakenIsToldWithTheSocketThatHasIt() {
    host.kernel
        .refuse("bind", "netlink", Errno.EADDRINUSE)
        .file(
            "/proc/net/netlink",
            "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops   "
                + " Inode\n"
                + "0000000000000000 0   77         00000000 0        0        0     2        0     "
                + "   555     \n"
                + "0000000000000000 16  77         00000000 0        0        0     2        0     "
                + "   556     \n");
    bindNetlink(77);
    assertThat(only()).isEqualTo("NETLINK 16 77 556");
  }

  @Test
  void aNetlinkIdThatTheKernelChoosesGoesOn() {
    host.kernel.refuse("bind", "netlink", Errno.EADDRINUSE);
    bindNetlink(0);
    assertThat(refusals).isEmpty();
  }
}
