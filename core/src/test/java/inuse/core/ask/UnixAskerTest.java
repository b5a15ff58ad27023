package inuse.core.ask;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.rule.Verdict;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netlink.Message;
import inuse.kernel.proc.Proc;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A question about a unix socket's place, asked of a kernel made of maps. */
final class UnixAskerTest {
  private static final String PATH = "/run/a.sock";
  private static final FileStatus FILE = new FileStatus(0xc1ff, 1000, 0x1_0000_0005L, 8, 1);

  private final List<byte[]> records = new ArrayList<>();
  private final List<String> bound = new ArrayList<>();
  private final FakeKernel kernel =
      new FakeKernel()
          .dumps(this::dump)
          .binds((socket, address) -> {
            bound.add(Bytes.text(address, 2, address.length - 2));
            return -98;
          })
          .link("/proc/self/ns/net", "net:[4026531840]")
          .link("/proc/self/cwd", "/run")
          .directory("/proc/1", 1);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private List<Datagram> dump(byte[] request) {
    int sequence = Bytes.getInt(request, 8);
    List<Datagram> answer = new ArrayList<>();
    records.forEach(record -> answer.add(Datagram.of(Message.request(20, 2, sequence, record))));
    answer.add(Datagram.of(Message.request(3, 2, sequence, new byte[4])));
    return answer;
  }

  private void socket(int type, int state, int inode, String name, int device) {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    byte[] head = new byte[16];
    head[0] = AF_UNIX;
    head[1] = (byte) type;
    head[2] = (byte) state;
    Bytes.putInt(head, 4, inode);
    record.writeBytes(head);
    record.writeBytes(attribute(0, Bytes.of(name)));
    byte[] file = new byte[8];
    Bytes.putInt(file, 0, 5);
    Bytes.putInt(file, 4, device);
    record.writeBytes(attribute(1, file));
    records.add(record.toByteArray());
  }

  private static byte[] attribute(int type, byte[] value) {
    byte[] attribute = new byte[(4 + value.length + 3) & ~3];
    Bytes.putShort(attribute, 0, 4 + value.length);
    Bytes.putShort(attribute, 2, type);
    System.arraycopy(value, 0, attribute, 4, value.length);
    return attribute;
  }

  private UnixSnapshot ask(UnixTarget target) {
    return new UnixAsker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(new Question<>(target, Newcomer.plain(new Uid(1000)), true), snapshot -> true);
  }

  private UnixSnapshot ask(String path) {
    return ask(new UnixTarget.Path(new Untrusted(path)));
  }

  private static PathState.Found found(UnixSnapshot snapshot) {
    return (PathState.Found) snapshot.file().orElseThrow();
  }

  @Test
  void aPathWhereNothingIsIsNeverBound() {
    UnixSnapshot snapshot = ask(PATH);

    assertThat(snapshot.file()).contains(new PathState.Nothing(Optional.empty()));
    assertThat(bound).isEmpty();
    assertThat(UnixExplainer.explain(snapshot).verdict()).isEqualTo(Verdict.FREE);
  }

  @Test
  void itsDirectoryIsJudgedInstead() {
    kernel.refuse("faccessat2", "/run/.", Errno.EACCES);

    assertThat(ask(PATH).file()).contains(new PathState.Nothing(Optional.of(ErrnoName.EACCES)));
    assertThat(ask("/run/a/").file())
        .contains(new PathState.Nothing(Optional.of(ErrnoName.ENOENT)));
  }

  @Test
  void aWayThatDoesNotLeadThereIsSaid() {
    kernel.refuse("statx", PATH, Errno.EACCES);

    assertThat(ask(PATH).file()).contains(new PathState.Unreachable(ErrnoName.EACCES));
  }

  @Test
  void anExistingPathIsBoundWithASlashSoThatItCanNeverBeMade() {
    kernel.status(PATH, FILE);

    UnixSnapshot snapshot = ask(PATH);

    assertThat(bound).containsExactly(PATH + "/", PATH + "/");
    assertThat(snapshot.probes()).extracting("reuseAddress").containsExactly(false, true);
  }

  @Test
  void theFileIsMatchedByDeviceAndTheLowHalfOfItsInode() {
    kernel.status(PATH, FILE);
    socket(SOCK_STREAM, 10, 70, "before\0", (8 << 20) | 1);
    socket(SOCK_STREAM, 10, 71, PATH + "\0", (8 << 20) | 2);

    UnixSnapshot snapshot = ask(PATH);

    assertThat(snapshot.sockets()).hasSize(1);
    UnixSocket socket = snapshot.sockets().getFirst();
    assertThat(socket.inode().orElseThrow().number()).isEqualTo(70);
    assertThat(socket.state()).isEqualTo(SocketState.LISTEN);
    assertThat(socket.name().bytes()).isEqualTo("before");
    assertThat(found(snapshot).served()).isEqualTo(Reading.known(true));
  }

  @Test
  void aFileThatRefusesADatagramSocketAndIsInNoTableIsServedByNobody() {
    kernel.status(PATH, FILE);
    int[] type = new int[1];
    kernel.connects((socket, address) -> {
      type[0] = socket.type();
      return -111;
    });

    assertThat(found(ask(PATH)).served()).isEqualTo(Reading.known(false));
    assertThat(type[0]).as("no server ever gets a connection").isEqualTo(SOCK_DGRAM);
  }

  @Test
  void whatConnectSaysOtherwiseIsASignOfLifeOrNone() {
    kernel.status(PATH, FILE);
    for (int alive : new int[] {0, -91, -11, -1}) {
      kernel.connects((socket, address) -> alive);
      assertThat(found(ask(PATH)).served()).as("%d", alive).isEqualTo(Reading.known(true));
    }
    kernel.connects((socket, address) -> -13);
    assertThat(found(ask(PATH)).served()).isEqualTo(Reading.unknown(Reading.Why.DENIED));
  }

  @Test
  void connectionsOfAFormerListenerHoldNothing() {
    kernel.status(PATH, FILE);
    socket(SOCK_STREAM, 1, 70, PATH + "\0", (8 << 20) | 1);

    UnixSnapshot snapshot = ask(PATH);

    assertThat(snapshot.sockets()).isEmpty();
    assertThat(snapshot.connections()).isEqualTo(1);
  }

  @Test
  void aServedFileThatNoSocketSeemsToHaveIsLookedForByName() {
    kernel.status(PATH, FILE).connects((socket, address) -> -91);
    socket(SOCK_STREAM, 10, 70, PATH + "\0", 99);

    assertThat(ask(PATH).sockets()).hasSize(1);
  }

  @Test
  void whatIsNoSocketIsNotConnectedTo() {
    kernel
        .status(PATH, new FileStatus(0x41ed, 0, 5, 8, 1))
        .connects((socket, address) -> {
          throw new AssertionError("connected");
        });

    assertThat(found(ask(PATH)).kind()).isEqualTo(FileKind.DIRECTORY);
  }

  @Test
  void inAStickyDirectoryOnlyTheOwnerMayRemoveAFile() {
    kernel.status("/run", new FileStatus(0x43ff, 0, 1, 8, 1)).status(PATH, FILE);
    assertThat(found(ask(PATH)).removable()).isTrue();

    kernel.status(PATH, new FileStatus(0xc1ff, 0, 5, 8, 1));
    assertThat(found(ask(PATH)).removable()).isFalse();
  }

  @Test
  void anAbstractNameIsOfItsTypeAndOfAllItsBytes() {
    socket(SOCK_STREAM, 10, 70, "\0app", 0);
    socket(SOCK_DGRAM, 7, 71, "\0app", 0);
    socket(SOCK_STREAM, 10, 72, "\0app\0", 0);

    UnixSnapshot snapshot = ask(new UnixTarget.Abstract(new Untrusted("app")));

    assertThat(bound).containsExactly("\0app", "\0app");
    assertThat(snapshot.sockets())
        .extracting(socket -> socket.inode().orElseThrow().number())
        .containsExactly(70L);
    assertThat(snapshot.sockets().getFirst().name().bytes()).isEqualTo("@app");
  }

  @Test
  void withoutSockDiagTheNameIsLookedForInProc() {
    kernel
        .status("./a.sock", FILE)
        .refuse("sendto", "", Errno.EACCES)
        .file("/proc/net/unix", "Num\nf4: 2 0 00010000 0001 01 70 /run/a.sock\n");

    UnixSnapshot snapshot = ask("./a.sock");

    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.gaps().getFirst().what()).isEqualTo("sock_diag for unix sockets");
  }

  @Test
  void inProcItIsLookedForToTheEndHoweverMuchStandsBeforeIt() {
    String other = "f4: 2 0 00010000 0001 01 71 /run/other.sock\n";
    kernel
        .status("./a.sock", FILE)
        .refuse("sendto", "", Errno.EACCES)
        .file(
            "/proc/net/unix",
            "Num\n"
                + other.repeat(Proc.MAX_BYTES / other.length() + 1000)
                + "f4: 2 0 00010000 0001 01 70 /run/a.sock\n");

    UnixSnapshot snapshot = ask("./a.sock");

    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.gaps()).noneMatch(gap -> gap.what().contains("the rest"));
  }
}
