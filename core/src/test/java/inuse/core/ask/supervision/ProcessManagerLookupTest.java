package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import inuse.core.ask.holders.Planted;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.ProcessManager.Kind;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Process managers, real ones and processes that merely call themselves so. */
final class ProcessManagerLookupTest {
  private static final Speaker ALICE = Speaker.of(new Uid(1000));
  private static final String CONFIGURATION = "/etc/supervisord.conf";

  private final FakeKernel kernel = new FakeKernel().user(0).file("/dev/null", "");
  private final Planted planted =
      new Planted(kernel)
          .program("/usr/bin/app", 0)
          .program("/usr/bin/python3.11", 0)
          .program("/usr/bin/node", 0)
          .program("/usr/bin/runsv", 0)
          .program("/usr/bin/s6-supervise", 0)
          .file(CONFIGURATION, 0, 0644)
          .directory("/etc/service/web", 0);

  @AfterEach
  void everythingThatWasOpenedWasClosedAndEveryChildBuried() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  private Optional<Statement<ProcessManager>> above(String name) {
    return of(HolderBuilder.holder(900, "app").startedBy(700, name));
  }

  private Optional<Statement<ProcessManager>> of(HolderBuilder holder) {
    Host host = Host.of(kernel);
    return new ProcessManagerLookup(host, new UserNames(host.proc())).of(holder.build());
  }

  private ProcessManager manager(String name) {
    return above(name).orElseThrow().content();
  }

  /** A manager with pid 700 of that user, which runs that file, and its child with pid 900. */
  private void runs(long manager, String file, long child) {
    planted.process(700, manager, file).process(900, child, "/usr/bin/app");
  }

  @Test
  void aProgramUnderSupervisordIsNamedByItsEnvironment() {
    runs(0, "/usr/bin/python3.11", 0);
    kernel.file(
        "/proc/900/environ", "A=1\0SUPERVISOR_PROCESS_NAME=web\0SUPERVISOR_GROUP_NAME=site\0");
    planted.said(700, "python3", "/usr/bin/supervisord", "-c", CONFIGURATION);
    planted.seenAs("/proc/700/root" + CONFIGURATION, CONFIGURATION);

    assertThat(above("supervisord"))
        .contains(
            Statement.ofRoot(
                new ProcessManager(
                    Kind.SUPERVISORD,
                    new ProcessIdentity(new Pid(700), 77),
                    Optional.of("site:web"),
                    Optional.of(CONFIGURATION))));
  }

  @Test
  void hostileWordsInTheEnvironmentAreNotKept() {
    runs(0, "/usr/bin/python3.11", 0);
    kernel.file("/proc/900/environ", "SUPERVISOR_PROCESS_NAME=$(reboot)\0pm_id=-1\0");
    planted.said(700, "python3", "/usr/bin/supervisord");

    assertThat(manager("supervisord").name()).isEmpty();
    runs(0, "/usr/bin/node", 0);
    assertThat(manager("PM2 v5.3.0: God").name()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"runsv, /usr/bin/runsv", "s6-supervise, /usr/bin/s6-supervise"})
  void aServiceDirectoryIsWhereItsSupervisorWorks(String name, String file) {
    runs(0, file, 0);
    planted.worksIn(700, "/etc/service/web");

    assertThat(above(name).orElseThrow().speaker()).isEqualTo(Speaker.ROOT);
    assertThat(manager(name).place()).contains("/etc/service/web");
  }

  @ParameterizedTest
  @CsvSource({
    "tmux: server, tmux",
    "SCREEN, screen",
    "sshd, sshd",
    "sshd-session, sshd-session",
    "code, electron",
    "claude, node20",
    "nodemon, node20"
  })
  void othersAreRecognisedByTheirNames(String command, String program) {
    planted.program("/opt/" + program, 0);
    runs(1000, "/opt/" + program, 1000);

    assertThat(manager(command).pid()).isEqualTo(new Pid(700));
  }

  @Test
  void aProcessThatHasEndedManagesNothing() {
    assertThat(above("runsv")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "runsv",
    "s6-supervise",
    "supervisord",
    "PM2 v5.3.0: God",
    "nodemon",
    "tmux: server",
    "SCREEN",
    "sshd",
    "sshd-session"
  })
  void aProcessThatMerelyHasTheNameManagesNothingWhoeverRunsIt(String name) {
    planted.program("/usr/bin/dash", 0);
    for (long uid : new long[] {0, 1000}) {
      runs(uid, "/usr/bin/dash", 1000);

      assertThat(above(name)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "runsv, runsv",
    "s6-supervise, s6-supervise",
    "supervisord, python3",
    "PM2 v5.3.0: God, node",
    "nodemon, node"
  })
  void aFileOfAnotherUserIsNobodysWordWhoeverRunsIt(String name, String program) {
    planted.program("/home/alice/bin/" + program, 1000);
    for (long uid : new long[] {0, 1000, 1001}) {
      runs(uid, "/home/alice/bin/" + program, 1000);

      assertThat(above(name).orElseThrow().speaker()).isEqualTo(Speaker.ANYBODY);
    }
    kernel.user(1000);
    runs(1000, "/home/alice/bin/" + program, 1000);
    assertThat(above(name).orElseThrow().speaker()).isEqualTo(ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "runsv, /usr/bin/runsv",
    "s6-supervise, /usr/bin/s6-supervise",
    "supervisord, /usr/bin/python3.11",
    "PM2 v5.3.0: God, /usr/bin/node",
    "nodemon, /usr/bin/node"
  })
  void anotherUsersIsThatUsersWordThoughItRunsRootsFile(String name, String file) {
    runs(1000, file, 1000);
    planted.directory("/tmp/web", 1000).worksIn(700, "/tmp/web");

    assertThat(above(name).orElseThrow().speaker()).isEqualTo(ALICE);
  }

  @Test
  void rootIsNotToldADirectoryThatAnotherUserMayFill() {
    runs(0, "/usr/bin/runsv", 0);
    planted.directory("/home/alice", 1000).directory("/home/alice/web", 0);
    planted.worksIn(700, "/home/alice/web");
    assertThat(manager("runsv").place()).isEmpty();

    planted.directory("/etc/service/theirs", 1000).worksIn(700, "/etc/service/theirs");
    assertThat(manager("runsv").place()).isEmpty();
  }

  @Test
  void rootIsNotToldADirectoryThatIsAnotherOneInAContainer() {
    runs(0, "/usr/bin/runsv", 0);
    planted.directory("/layer/web", 0).worksIn(700, "/etc/service/web");
    planted.seenAs("/proc/700/cwd", "/layer/web");

    assertThat(manager("runsv").place()).isEmpty();
  }

  private Optional<String> configured(String... words) {
    runs(0, "/usr/bin/python3.11", 0);
    kernel.file("/proc/900/environ", "SUPERVISOR_PROCESS_NAME=web\0");
    planted.said(700, words).directory("/root/place", 0).worksIn(700, "/root/place");
    planted.seenAs("/proc/700/root" + CONFIGURATION, CONFIGURATION);
    return manager("supervisord").name().flatMap(any -> manager("supervisord").place());
  }

  @Test
  void withoutAnOptionItsConfigurationIsTheOneThatItFinds() {
    assertThat(configured("python3", "/usr/bin/supervisord")).contains(CONFIGURATION);
    planted.file("/root/place/supervisord.conf", 0, 0644);
    planted.seenAs("/proc/700/root/root/place/supervisord.conf", "/root/place/supervisord.conf");
    assertThat(configured("python3", "/usr/bin/supervisord"))
        .contains("/root/place/supervisord.conf");
  }

  @Test
  void whatItsConfigurationIsMustBeKnownOrNothingIsStoppedByName() {
    planted.file("/etc/open.conf", 0, 0666).file("/tmp/x/my.conf", 1000, 0644);
    planted.seenAs("/proc/700/root/etc/open.conf", "/etc/open.conf");
    planted.seenAs("/proc/700/root/tmp/x/my.conf", "/tmp/x/my.conf");

    for (String one :
        new String[] {"/etc/open.conf", "/tmp/x/my.conf", "my.conf", "", "/no.conf"}) {
      assertThat(configured("python3", "/usr/bin/supervisord", "-c", one)).as(one).isEmpty();
    }
    assertThat(configured("python3", "/usr/bin/supervisord", "-nc", CONFIGURATION)).isEmpty();
    assertThat(configured("python3", "/usr/bin/supervisord", "--configuration=" + CONFIGURATION))
        .contains(CONFIGURATION);
  }

  private void supervisorctl(String prints) {
    kernel.program("/usr/bin/supervisorctl", line -> Optional.of(prints));
  }

  private Optional<String> nameOfAlices(HolderBuilder holder) {
    runs(0, "/usr/bin/python3.11", 1000);
    kernel.file("/proc/900/environ", "SUPERVISOR_PROCESS_NAME=payroll\0pm_id=7\0");
    planted.said(700, "python3", "/usr/bin/supervisord", "-c", CONFIGURATION);
    planted.seenAs("/proc/700/root" + CONFIGURATION, CONFIGURATION);
    return of(holder).orElseThrow().content().name();
  }

  @Test
  void anotherUsersProcessDoesNotTellRootWhatToStopUnlessSupervisordSaysSo() {
    HolderBuilder holder = HolderBuilder.holder(900, "app").startedBy(700, "supervisord");

    supervisorctl("901\n");
    assertThat(nameOfAlices(holder)).isEmpty();
    supervisorctl("900\n");
    assertThat(nameOfAlices(holder)).contains("payroll");
    assertThat(kernel.spawned())
        .allMatch(one -> one.endsWith("supervisorctl -c " + CONFIGURATION + " pid payroll"));
  }

  @ParameterizedTest
  @CsvSource({"0, '700\n', /srv/sup.conf", "0, '701\n', ", "0, '', ", "1000, '700\n', "})
  void aConfigurationThatWasGivenRelativeIsThatOfTheSupervisordThatAnswersThere(
      long manager, String prints, String file) {
    runs(manager, "/usr/bin/python3.11", manager);
    kernel.file("/proc/900/environ", "SUPERVISOR_PROCESS_NAME=web\0");
    planted
        .said(700, "python3", "/usr/bin/supervisord", "-c", "sup.conf")
        .file("/srv/sup.conf", 0, 0644)
        .directory("/srv", 0)
        .worksIn(700, "/srv")
        .seenAs("/proc/700/root/srv/sup.conf", "/srv/sup.conf");
    supervisorctl(prints);

    assertThat(manager("supervisord").place()).isEqualTo(Optional.ofNullable(file));
    assertThat(kernel.spawned())
        .containsExactlyElementsOf(
            manager == 0 ? List.of("supervisorctl -c /srv/sup.conf pid") : List.of());
  }

  @Test
  void supervisordIsAskedOnceForAllWorkersAndNotForManyNames() {
    planted.process(700, 0, "/usr/bin/python3.11");
    planted.said(700, "python3", "/usr/bin/supervisord", "-c", CONFIGURATION);
    planted.seenAs("/proc/700/root" + CONFIGURATION, CONFIGURATION);
    supervisorctl("900\n");
    Host host = Host.of(kernel);
    ProcessManagerLookup lookup = new ProcessManagerLookup(host, new UserNames(host.proc()));
    for (int i = 0; i < 40; i++) {
      int pid = 900 + i;
      planted.process(pid, 1000, "/usr/bin/app");
      kernel.file("/proc/" + pid + "/environ", "SUPERVISOR_PROCESS_NAME=web" + i / 2 + "\0");
      var _ = lookup.of(HolderBuilder.holder(pid, "app").startedBy(700, "supervisord").build());
    }

    assertThat(kernel.spawned()).hasSize(8).doesNotHaveDuplicates();
    assertThat(lookup.gaps()).isEmpty();
  }

  @Test
  void aSupervisordThatTellsNothingIsAGap() {
    kernel.program("/usr/bin/supervisorctl", line -> Optional.empty());
    planted.process(700, 0, "/usr/bin/python3.11").process(900, 1000, "/usr/bin/app");
    planted.said(700, "python3", "/usr/bin/supervisord", "-c", CONFIGURATION);
    planted.seenAs("/proc/700/root" + CONFIGURATION, CONFIGURATION);
    kernel.file("/proc/900/environ", "SUPERVISOR_PROCESS_NAME=web\0");
    Host host = Host.of(kernel);
    ProcessManagerLookup lookup = new ProcessManagerLookup(host, new UserNames(host.proc()));

    assertThat(lookup.of(HolderBuilder.holder(900, "app").startedBy(700, "supervisord").build()))
        .isPresent();
    assertThat(lookup.gaps())
        .extracting(Gap::what, Gap::why)
        .containsExactly(tuple("supervisorctl pid web", Reading.Why.TIMED_OUT));
  }

  @Test
  void supervisordIsAskedForItsOwnChildAndNotForThatOnesChildren() {
    supervisorctl("800\n");
    planted.process(800, 1000, "/usr/bin/app");
    HolderBuilder holder = HolderBuilder.holder(900, "app");

    assertThat(
            nameOfAlices(
                holder.ancestry(
                    new Ancestor(new Pid(800), holder.build().command()),
                    new Ancestor(new Pid(700), new Untrusted("supervisord")))))
        .contains("payroll");
  }

  @Test
  void anotherUsersProcessDoesNotTellRootsPm2WhatToStop() {
    runs(0, "/usr/bin/node", 1000);
    kernel.file("/proc/900/environ", "pm_id=7\0");
    assertThat(manager("PM2 v5.3.0: God").name()).isEmpty();

    runs(1000, "/usr/bin/node", 1000);
    assertThat(manager("PM2 v5.3.0: God").name()).contains("7");
  }

  @ParameterizedTest
  @CsvSource({
    "PM2_HOME=/srv/one, /srv/one",
    "HOME=/srv, /srv/.pm2",
    "PM2_HOME=one, ",
    "PM2_HOME=/srv/eves, ",
    "PM2_HOME=/srv/else, ",
    "A=1, "
  })
  void pm2IsReachedByTheHomeOfTheVeryDaemonOrNotAtAll(String environment, String home) {
    runs(0, "/usr/bin/node", 0);
    kernel.file("/proc/700/environ", environment + "\0").file("/proc/900/environ", "pm_id=7\0");
    planted
        .directory("/srv/one", 0)
        .directory("/srv/.pm2", 0)
        .directory("/srv/eves", 1000)
        .directory("/srv/else", 0)
        .seenAs("/proc/700/root/srv/one", "/srv/one")
        .seenAs("/proc/700/root/srv/.pm2", "/srv/.pm2")
        .seenAs("/proc/700/root/srv/eves", "/srv/eves")
        .seenAs("/proc/700/root/srv/else", "/srv/one");

    assertThat(manager("PM2 v5.3.0: God").place()).isEqualTo(Optional.ofNullable(home));
  }

  @Test
  void anOrdinaryUserIsToldOfRootsManagerWhoseFileIsNotSeen() {
    runs(0, "/usr/bin/runsv", 1000);
    kernel.user(1000).refuse("readlink", "/proc/700/exe", Errno.EACCES);

    assertThat(above("runsv").orElseThrow().speaker()).isEqualTo(Speaker.ROOT);
  }

  @Test
  void whatIsInAContainerIsItsEnginesUnlessOnlyAnotherUserSaysThatItIs() {
    runs(0, "/usr/bin/runsv", 1000);
    Container container = new Container(Container.Engine.DOCKER, "0123456789abcdef".repeat(4));
    HolderBuilder holder = HolderBuilder.holder(900, "app").startedBy(700, "runsv");

    assertThat(of(holder.container(container))).isEmpty();
    assertThat(of(holder.container(new Statement<>(container, Speaker.ANYBODY)))).isPresent();
  }
}
