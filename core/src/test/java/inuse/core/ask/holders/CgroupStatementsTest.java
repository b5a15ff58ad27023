package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.proc.Cgroup2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose word the names of control groups are. */
final class CgroupStatementsTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Speaker ALICE = Speaker.of(new Uid(1000));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted = new Planted(kernel);

  private CgroupStatements statements() {
    Host host = Host.of(kernel);
    return new CgroupStatements(host, new UserNames(host.proc()));
  }

  private Speaker ofContainer(String path) {
    return statements()
        .container(new Cgroup2.Group("", path.replace("ID", ID)))
        .map(Statement::speaker)
        .orElseThrow();
  }

  private Speaker ofUnit(String path) {
    return statements().unit(new Cgroup2.Group("", path)).map(Statement::speaker).orElseThrow();
  }

  /** Root's directory in which the engine, root's too, made the container's group. */
  private void slice(String group) {
    planted.directory(Planted.CGROUPS + group, 0);
  }

  @Test
  void aGroupThatOnlyRootCanMakeIsRootsWordAlsoWhereItWasDelegated() {
    slice("/system.slice");
    planted.delegated("/system.slice/docker-" + ID + ".scope", 1000);

    assertThat(ofContainer("/docker-ID.scope")).isEqualTo(Speaker.ROOT);
    assertThat(ofContainer("/system.slice/docker-ID.scope/below")).isEqualTo(Speaker.ROOT);
    assertThat(ofUnit("/system.slice/web.service")).isEqualTo(Speaker.ROOT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docker-ID.scope",
        "/libpod-ID.scope",
        "/docker/ID",
        "/a/b/crio-ID.scope/below",
        "/kubepods/pod0b7c1f8e-0000-4000-8000-000000000000/ID"
      })
  void belowAGroupThatIsAUsersAllIsThatUsersWord(String name) {
    String jenkins = "/system.slice/jenkins.service";
    planted.delegated(jenkins, 1000);

    assertThat(ofContainer(jenkins + name)).isEqualTo(ALICE);
    assertThat(ofUnit(jenkins + name)).isEqualTo(Speaker.ROOT);
  }

  @Test
  void aUnitOfAUsersManagerIsThatUsersWord() {
    String manager = "/user.slice/user-1000.slice/user@1000.service";
    planted.delegated(manager, 1000);

    assertThat(ofUnit(manager + "/app.slice/web.service")).isEqualTo(ALICE);
    assertThat(ofContainer(manager + "/docker-ID.scope")).isEqualTo(ALICE);
  }

  @Test
  void alsoWhereTheDirectoriesWereLeftToRoot() {
    slice("/user.slice/user-1000.slice/user@1000.service/app.slice");

    assertThat(ofUnit("/user.slice/user-1000.slice/user@1000.service/app.slice/web.service"))
        .isEqualTo(ALICE);
  }

  @Test
  void aUserCannotSpeakAsAnotherByTheNameOfAGroup() {
    planted.delegated("/system.slice/jenkins.service", 1000);

    assertThat(ofContainer("/system.slice/jenkins.service/user@0.service/docker-ID.scope"))
        .isEqualTo(ALICE);
    assertThat(ofContainer("/system.slice/jenkins.service/user@1001.service/docker-ID.scope"))
        .isEqualTo(ALICE);
  }

  @Test
  void whereTheDirectoryIsNotSeenItIsNobodysWord() {
    assertThat(ofContainer("/unseen/docker-ID.scope")).isEqualTo(Speaker.ANYBODY);
    planted.directory(Planted.CGROUPS + "/..", 0);
    assertThat(ofContainer("/../docker-ID.scope")).isEqualTo(Speaker.ANYBODY);
    planted.directory(Planted.CGROUPS + "/open", 0, 0777);
    assertThat(ofContainer("/open/docker-ID.scope")).isEqualTo(Speaker.ANYBODY);
    kernel.file("/proc/self/mountinfo", "");
    assertThat(ofContainer("/docker-ID.scope")).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void aHierarchyOfCgroupV1HasAMountOfItsOwn() {
    kernel.file(
        "/proc/self/mountinfo",
        """
        31 20 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        32 20 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
        """);
    planted.directory("/sys/fs/cgroup/memory/docker", 0);
    planted.directory("/sys/fs/cgroup/cpu/docker", 1000);

    assertThat(
            statements()
                .container(new Cgroup2.Group("memory", "/docker/" + ID))
                .map(Statement::speaker))
        .contains(Speaker.ROOT);
    assertThat(
            statements()
                .container(new Cgroup2.Group("cpu,cpuacct", "/docker/" + ID))
                .map(Statement::speaker))
        .contains(ALICE);
  }
}
