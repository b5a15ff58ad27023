package inuse.core.ask.namespaces;

import static inuse.core.ask.namespaces.TwoNamespaces.HOME;
import static inuse.core.ask.namespaces.TwoNamespaces.ID;
import static inuse.core.ask.namespaces.TwoNamespaces.WEB;
import static inuse.core.ask.namespaces.TwoNamespaces.one;
import static inuse.kernel.abi.Constants.S_IFBLK;
import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Network namespaces: found and named. */
final class NamespacesTest {
  private final TwoNamespaces host = new TwoNamespaces();
  private final FakeKernel kernel = host.kernel;
  private final Planted planted = host.planted;

  @AfterEach
  void everythingIsClosedAndWeAreBackHome() {
    host.assertClosedAndHome();
  }

  @Test
  void aNameLeadsToANamespaceAndToAProcessInIt() {
    host.process(10, "nginx", WEB);

    Namespace web = one(host.namespaces().named("web"));
    assertThat(web.inode()).isEqualTo(Reading.known(WEB));
    assertThat(web.name()).contains(new Untrusted("web"));
    assertThat(web.member()).contains(new Ancestor(new Pid(10), new Untrusted("nginx")));
    assertThat(web.path()).isEqualTo("/run/netns/web");
    assertThat(web.own()).isFalse();
  }

  @Test
  void aNumberThatIsNoNameIsAProcess() {
    host.process(10, "nginx", HOME);

    assertThat(one(host.namespaces().named("10")).own()).isTrue();
    assertThat(one(host.namespaces().ofProcess("10")).own()).isTrue();
  }

  @Test
  void whatIsNotThereIsToldWithWhatIs() {
    assertThat(host.namespaces().named("app"))
        .isEqualTo(new Namespaces.Found.None("no network namespace 'app'", "there are web"));
    assertThat(host.namespaces().named("..")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(host.namespaces().named("")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(host.namespaces().named("/proc/sys/net/ipv4/ip_local_port_range"))
        .isInstanceOf(Namespaces.Found.None.class);
    assertThat(host.namespaces().ofProcess("99")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(host.namespaces().ofProcess("web")).isInstanceOf(Namespaces.Found.None.class);
    assertThat(host.namespaces().ofContainer("c"))
        .isEqualTo(new Namespaces.Found.None("no running container 'c'", "no container runs here"));
  }

  /** The kernel of this test fails where open(2) would wait, and where a device is opened. */
  @ParameterizedTest
  @ValueSource(ints = {S_IFIFO, S_IFCHR, S_IFBLK, S_IFDIR})
  void whatMayWaitOrActIsNoNamespaceAndIsNotOpened(int kind) {
    kernel.status("/srv/f", new FileStatus(kind, 0, 7, 0, 1)).link("/srv/link", "/srv/f");

    for (String path : List.of("/srv/f", "/srv/link")) {
      assertThat(host.namespaces().named(path))
          .isEqualTo(
              new Namespaces.Found.None(
                  "'" + path + "' is not a network namespace", "there are web"));
    }
  }

  @Test
  void aNamespaceThatBecameAPipeIsNotEntered() {
    Namespace web = one(host.namespaces().named("web"));
    Namespace swapped =
        new Namespace(web.inode(), web.name(), "/srv/f", web.member(), web.container(), false);
    kernel.status("/srv/f", new FileStatus(S_IFIFO, 0, 7, 0, 1));

    assertThat(new NamespaceSwitch(Host.of(kernel)).enter(swapped))
        .isInstanceOf(NamespaceSwitch.Entry.Refused.class);
  }

  @Test
  void aContainerIsFoundByTheBeginningOfItsId() {
    host.process(10, "nginx", WEB);

    Namespace there = one(host.namespaces().ofContainer("01234567"));
    assertThat(there.inode()).isEqualTo(Reading.known(WEB));
    assertThat(there.container().orElseThrow().id()).isEqualTo(ID);
    assertThat(host.namespaces().ofContainer("f"))
        .isEqualTo(
            new Namespaces.Found.None("no running container 'f'", "there are docker 0123456789ab"));
  }

  @Test
  void aContainerOfPodmanIsFoundByItsName() {
    host.process(10, "nginx", WEB);
    planted.program("/usr/bin/conmon", 0).process(11, 0, "/usr/bin/conmon");
    planted.said(11, "/usr/bin/conmon", "-c", ID, "-n", "shop");

    assertThat(one(host.namespaces().ofContainer("shop")).member().orElseThrow().pid())
        .isEqualTo(new Pid(10));
  }

  private Namespaces.Found named(long uid, String file) {
    host.process(10, "nginx", WEB);
    planted.process(11, uid, file).said(11, file, "-c", ID, "-n", "shop");
    return host.namespaces().ofContainer("shop");
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
    host.process(10, "nginx", WEB);
    host.process(9, "theirs", 77);
    planted.delegated("/user.slice/user-1000.slice/user@1000.service", 1000);
    planted.in(9, "/user.slice/user-1000.slice/user@1000.service/docker-" + ID + ".scope");

    assertThat(one(host.namespaces().ofContainer(ID)).inode()).isEqualTo(Reading.known(WEB));
    planted.directory(TwoNamespaces.SLICE, 1000);
    assertThat(host.namespaces().ofContainer(ID)).isInstanceOf(Namespaces.Found.None.class);
  }

  @Test
  void allAreOurOwnThoseWithAFileAndThoseOfProcesses() {
    host.process(10, "nginx", WEB);
    host.process(11, "other", 77);
    host.process(12, "mine", HOME);

    assertThat(host.namespaces().all())
        .extracting(one -> one.inode().toOptional().orElseThrow())
        .containsExactly(HOME, WEB, 77L);
  }
}
