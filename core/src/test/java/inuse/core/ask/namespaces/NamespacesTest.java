package inuse.core.ask.namespaces;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.Asker;
import inuse.core.ask.holders.Planted;
import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Gap;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Network namespaces: found, entered, left. */
final class NamespacesTest {
  private static final long HOME = 4026531840L;
  private static final long WEB = 4026532184L;
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String SLICE = Planted.CGROUPS + "/system.slice";
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeSockets atHome = new FakeSockets();
  private final FakeSockets inWeb = new FakeSockets();
  private final FakeKernel kernel = kernel();
  private final Planted planted = new Planted(kernel).directory(SLICE, 0);

  private FakeKernel kernel() {
    FakeKernel machine = new FakeKernel();
    return machine
        .dumps(request -> (machine.networkNamespace() == WEB ? inWeb : atHome).answer(request))
        .user(0)
        .inNetworkNamespace(HOME)
        .networkNamespace("/run/netns/web", WEB)
        .link("/proc/self/ns/net", "net:[" + HOME + "]")
        .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n")
        .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
  }

  @BeforeEach
  void thereIsANamespaceWithAFile() {
    kernel.file(
        "/proc/self/mountinfo",
        kernel.content("/proc/self/mountinfo").orElseThrow()
            + "9 8 0:4 net:["
            + WEB
            + "] /run/netns/web rw - nsfs nsfs rw\n");
  }

  @AfterEach
  void everythingIsClosedAndWeAreBackHome() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.networkNamespace()).isEqualTo(HOME);
  }

  private void process(int pid, String name, long namespace, long... inodes) {
    kernel
        .file(
            "/proc/" + pid + "/stat",
            pid + " (" + name + ") S 0 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n")
        .file("/proc/" + pid + "/cgroup", "0::/system.slice/docker-" + ID + ".scope\n")
        .networkNamespace("/proc/" + pid + "/ns/net", namespace);
    for (int i = 0; i < inodes.length; i++) {
      kernel.link("/proc/" + pid + "/fd/" + (3 + i), "socket:[" + inodes[i] + "]");
    }
  }

  private Namespaces namespaces() {
    return new Namespaces(Host.of(kernel));
  }

  private static Namespace one(Namespaces.Found found) {
    assertThat(found).isInstanceOf(Namespaces.Found.One.class);
    return ((Namespaces.Found.One) found).namespace();
  }

  private PortSnapshot ask(Optional<Namespace> where) {
    return new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(new Question<>(TARGET, Newcomer.plain(Uid.ROOT), true, where, true), snapshot -> true);
  }

  @Test
  void aNameLeadsToANamespaceAndToAProcessInIt() {
    process(10, "nginx", WEB);

    Namespace web = one(namespaces().named("web"));
    assertThat(web.inode()).isEqualTo(Reading.known(WEB));
    assertThat(web.name()).contains(new Untrusted("web"));
    assertThat(web.member()).contains(new Ancestor(new Pid(10), new Untrusted("nginx")));
    assertThat(web.path()).isEqualTo("/run/netns/web");
    assertThat(web.own()).isFalse();
  }

  @Test
  void aNumberThatIsNoNameIsAProcess() {
    process(10, "nginx", HOME);

    assertThat(one(namespaces().named("10")).own()).isTrue();
    assertThat(one(namespaces().ofProcess("10")).own()).isTrue();
  }

  @Test
  void whatIsNotThereIsToldWithWhatIs() {
    assertThat(namespaces().named("app"))
        .isEqualTo(new Namespaces.Found.None("no network namespace 'app'", "there are web"));
    assertThat(namespaces().named("..")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(namespaces().named("")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(namespaces().named("/proc/sys/net/ipv4/ip_local_port_range"))
        .isInstanceOf(Namespaces.Found.None.class);
    assertThat(namespaces().ofProcess("99")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(namespaces().ofProcess("web")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(namespaces().ofContainer("c"))
        .isEqualTo(new Namespaces.Found.None("no running container 'c'", "no container runs here"));
  }

  @Test
  void aContainerIsFoundByTheBeginningOfItsId() {
    process(10, "nginx", WEB);

    Namespace there = one(namespaces().ofContainer("01234567"));
    assertThat(there.inode()).isEqualTo(Reading.known(WEB));
    assertThat(there.container().orElseThrow().id()).isEqualTo(ID);
    assertThat(namespaces().ofContainer("f"))
        .isEqualTo(
            new Namespaces.Found.None("no running container 'f'", "there are docker 0123456789ab"));
  }

  @Test
  void aContainerOfPodmanIsFoundByItsName() {
    process(10, "nginx", WEB);
    planted.program("/usr/bin/conmon", 0).process(11, 0, "/usr/bin/conmon");
    planted.said(11, "/usr/bin/conmon", "-c", ID, "-n", "shop");

    assertThat(one(namespaces().ofContainer("shop")).member().orElseThrow().pid())
        .isEqualTo(new Pid(10));
  }

  private Namespaces.Found named(long uid, String file) {
    process(10, "nginx", WEB);
    planted.process(11, uid, file).said(11, file, "-c", ID, "-n", "shop");
    return namespaces().ofContainer("shop");
  }

  @Test
  void anotherUsersProcessDoesNotSayWhichContainerIsMeant() {
    planted.program("/usr/bin/conmon", 0).program("/usr/bin/dash", 0);
    planted.program("/home/alice/conmon", 1000);

    assertThat(named(0, "/usr/bin/conmon")).isInstanceOf(Namespaces.Found.One.class);
    assertThat(named(1000, "/usr/bin/conmon")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(named(0, "/home/alice/conmon")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(named(0, "/usr/bin/dash")).isInstanceOf(Namespaces.Found.None.class);
  }

  @Test
  void aControlGroupThatAnotherUserNamedLeadsToNoContainer() {
    process(10, "nginx", WEB);
    process(9, "theirs", 77);
    planted.delegated("/user.slice/user-1000.slice/user@1000.service", 1000);
    planted.in(9, "/user.slice/user-1000.slice/user@1000.service/docker-" + ID + ".scope");

    assertThat(one(namespaces().ofContainer(ID)).inode()).isEqualTo(Reading.known(WEB));
    planted.directory(SLICE, 1000);
    assertThat(namespaces().ofContainer(ID)).isInstanceOf(Namespaces.Found.None.class);
  }

  @Test
  void allAreOurOwnThoseWithAFileAndThoseOfProcesses() {
    process(10, "nginx", WEB);
    process(11, "other", 77);
    process(12, "mine", HOME);

    assertThat(namespaces().all())
        .extracting(one -> one.inode().toOptional().orElseThrow())
        .containsExactly(HOME, WEB, 77L);
  }

  @Test
  void aQuestionIsAskedInsideAndWeComeBack() {
    inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "nginx", WEB, 100);

    PortSnapshot snapshot = ask(Optional.of(one(namespaces().named("web"))));

    assertThat(snapshot.networkNamespace()).isEqualTo(Reading.known(WEB));
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.holders()).hasSize(1);
    assertThat(snapshot.namespaceContext().asked().orElseThrow().name())
        .contains(new Untrusted("web"));
  }

  @Test
  void whoIsKeptOutReadsTheTablesOfAProcessAndPrediction() {
    kernel.user(1000).refuse("setns", "/proc/10/ns/net", Errno.EPERM);
    process(10, "nginx", WEB, 100);
    atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 5);
    kernel.file(
        "/proc/10/net/tcp",
        "  sl  local_address\n   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000"
            + " 00000000     0        0 100 1 0 100 0 0 10 0\n");

    PortSnapshot snapshot = ask(Optional.of(one(namespaces().ofProcess("10"))));

    assertThat(snapshot.probes()).isEmpty();
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.sockets().getFirst().inode().orElseThrow().number()).isEqualTo(100);
    assertThat(snapshot.settings().ephemeral())
        .isEqualTo(Reading.<Range>unknown(Reading.Why.DENIED));
    assertThat(snapshot.namespaceContext().refusal()).contains("setns said EPERM");
    assertThat(snapshot.gaps())
        .contains(
            new Gap(
                Gap.Subject.NAMESPACES,
                "network namespace /proc/10/ns/net",
                Reading.Why.DENIED,
                Phrase.of("run as root: ")
                    .then(
                        InuseCommand.of(InuseCommand.Verb.ASK)
                            .in("/proc/10/ns/net")
                            .about("8080")
                            .byRoot())));
  }

  @Test
  void aFreePortIsLookedForInTheNamespacesThatHaveAFile() {
    inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "nginx", WEB, 100);

    List<NamespaceContext.OtherNamespaceHolder> held =
        ask(Optional.empty()).namespaceContext().held();

    assertThat(held).hasSize(1);
    assertThat(held.getFirst().where().name()).contains(new Untrusted("web"));
    assertThat(held.getFirst().holders())
        .containsExactly(new Ancestor(new Pid(10), new Untrusted("nginx")));
    assertThat(held.getFirst().container().orElseThrow().id()).isEqualTo(ID);
  }

  @Test
  void aPortThatIsFreeThereIsLookedForAtHome() {
    atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "nginx", HOME, 100);

    PortSnapshot snapshot = ask(Optional.of(one(namespaces().named("web"))));

    assertThat(snapshot.namespaceContext().held()).hasSize(1);
    assertThat(snapshot.namespaceContext().held().getFirst().where().own()).isTrue();
  }

  @Test
  void anOrdinaryUserAndAHeldPortCauseNoLookAround() {
    inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.user(1000);
    assertThat(ask(Optional.empty()).namespaceContext()).isEqualTo(NamespaceContext.NOTHING);

    kernel.user(0).binds((socket, address) -> -Errno.EADDRINUSE.code());
    assertThat(ask(Optional.empty()).namespaceContext()).isEqualTo(NamespaceContext.NOTHING);
  }

  @Test
  void whoMayNotEnterAnyNamespaceSaysNothingOfThem() {
    inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.refuse("setns", "/run/netns/web", Errno.EPERM);

    assertThat(ask(Optional.empty()).namespaceContext().held()).isEmpty();
  }

  @Test
  void onlySoManyNamespacesAreLookedInto() {
    StringBuilder mounts = new StringBuilder();
    for (int i = 0; i < OtherNamespaces.MAX + 3; i++) {
      mounts.append("9 8 0:4 net:[" + (500 + i) + "] /run/netns/n" + i + " rw - nsfs nsfs rw\n");
      kernel.networkNamespace("/run/netns/n" + i, 500 + i);
    }
    kernel.file("/proc/self/mountinfo", mounts.toString());

    assertThat(ask(Optional.empty()).gaps())
        .containsExactly(
            new Gap(
                Gap.Subject.NAMESPACES,
                "3 more network namespaces",
                Reading.Why.TOO_MANY,
                Phrase.of(
                        InuseCommand.of(InuseCommand.Verb.ASK)
                            .with(InuseCommand.Choice.ALL_NAMESPACES)
                            .about("8080"))
                    .then(" asks in all of them")));
  }
}
