package inuse.core.explain.remedy;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.Explainer;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.text.Note;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Causes and first remedies that follow from who is in charge, and notes about the well known. */
final class SupervisorRemediesTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  private static SnapshotBuilder seen(HolderBuilder who) {
    return snapshot()
        .asRoot()
        .blocked()
        .sockets(SocketBuilder.listener().inode(7))
        .holders(who.holds(3, 7));
  }

  private static Cause cause(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build()).causes().getFirst();
  }

  private static String first(SnapshotBuilder snapshot) {
    return String.join(" ", Written.words(cause(snapshot).remedies().getFirst()));
  }

  private static HolderBuilder pid1() {
    return holder(1, "systemd").owner(0, "root").below().manager(Supervision.Init.SYSTEM);
  }

  @Test
  void aSocketUnitIsStoppedTogetherWithWhatItStarts() {
    SnapshotBuilder seen =
        seen(pid1()).socketUnit("app.socket", false, "app.service", "x@.service");

    assertThat(cause(seen).id()).isEqualTo("socket-activation");
    assertThat(first(seen)).isEqualTo("systemctl stop app.socket app.service");
  }

  @Test
  void stoppingTheSocketOfSshIsWarnedOf() {
    SnapshotBuilder seen = seen(pid1()).socketUnit("ssh.socket", false, "ssh.service");

    assertThat(cause(seen).remedies().getFirst().effect().toString())
        .contains("logging in by ssh is not possible");
  }

  @Test
  void aUsersSocketUnitIsStoppedThroughThatUsersManager() {
    SnapshotBuilder seen =
        seen(holder(900, "systemd").manager(Supervision.Init.USER))
            .socketUnit("app.socket", true, "app.service");

    assertThat(first(seen))
        .isEqualTo("systemctl --user --machine=1000@.host stop app.socket app.service");
  }

  @Test
  void aServiceThatASocketStartsAgainIsStoppedWithThatSocket() {
    Unit unit =
        new Unit(
            "app.service",
            false,
            Reading.known(Set.of(new Pid(900))),
            Optional.of(
                new Unit.Details(
                    "active", KillMode.CONTROL_GROUP, "always", 2, List.of("app.socket"))));

    assertThat(first(seen(holder(900, "app").unit(unit).below(1))))
        .isEqualTo("systemctl stop app.socket app.service");
  }

  private static final Unit.Details RUNS =
      new Unit.Details("active", KillMode.CONTROL_GROUP, "always", 0, List.of());
  private static final Unit.Details DEAD =
      new Unit.Details("inactive", KillMode.CONTROL_GROUP, "no", 0, List.of());

  private static Unit unit(Reading<Set<Pid>> main, Optional<Unit.Details> details) {
    return new Unit("cron.service", false, main, details);
  }

  /** What a unit's manager, or the kernel, says of the main process decides. */
  @Test
  void aUnitIsStoppedForItsMainProcessAndForNothingThatAJobLeftBehind() {
    Reading<Set<Pid>> it = Reading.known(Set.of(new Pid(65), new Pid(900)));
    Reading<Set<Pid>> another = Reading.known(Set.of(new Pid(65)));
    Reading<Set<Pid>> none = Reading.known(Set.of());
    Reading<Set<Pid>> unknown = Reading.unknown(Reading.Why.TIMED_OUT);

    assertThat(first(seen(orphan(unit(it, Optional.of(RUNS)))))).isEqualTo(STOP);
    assertThat(first(seen(orphan(unit(another, Optional.of(RUNS)))))).isEqualTo(END);
    assertThat(first(seen(orphan(unit(none, Optional.of(RUNS)))))).isEqualTo(STOP);
    assertThat(first(seen(orphan(unit(none, Optional.of(DEAD)))))).isEqualTo(END);
    assertThat(first(seen(orphan(unit(it, Optional.empty()))))).isEqualTo(STOP);
    assertThat(first(seen(orphan(unit(none, Optional.empty()))))).isEqualTo(END);
    assertThat(first(seen(orphan(unit(unknown, Optional.empty()))))).isEqualTo(STOP);
    assertThat(first(seen(orphan(unit(none, Optional.of(RUNS))).below(700, 1)))).isEqualTo(END);
  }

  private static final String STOP = "systemctl stop cron.service";
  private static final String END = "inuse free 8080";

  private static HolderBuilder orphan(Unit unit) {
    return holder(900, "server").unit(unit).below(1);
  }

  @ParameterizedTest
  @CsvSource({
    "CONTROL_GROUP, true, true",
    "MIXED, true, true",
    "PROCESS, true, false",
    "NONE, false, false"
  })
  void aUnitIsStoppedForWhatEndsWithItByItsKillMode(KillMode mode, boolean main, boolean worker) {
    Optional<Unit.Details> details =
        Optional.of(new Unit.Details("active", mode, "no", 0, List.of()));
    Unit unit = unit(Reading.known(Set.of(new Pid(900))), details);
    Unit old = unit(Reading.known(Set.of()), details);

    assertThat(first(seen(orphan(unit)))).isEqualTo(main ? STOP : END);
    assertThat(first(seen(orphan(old)))).isEqualTo(worker ? STOP : END);
  }

  @Test
  void ofAUnitWhoseMainProcessAloneEndsWithItTheOthersAreEndedBesides() {
    Unit unit =
        unit(
            Reading.known(Set.of(new Pid(900))),
            Optional.of(new Unit.Details("active", KillMode.PROCESS, "no", 0, List.of())));
    SnapshotBuilder seen =
        seen(orphan(unit)).holders(holder(901, "child").unit(unit).below(900, 1).holds(3, 7));

    assertThat(cause(seen).remedies().stream().map(one -> String.join(" ", Written.words(one))))
        .containsExactly(STOP, END);
  }

  @Test
  void whatASocketUnitHasAcceptedGoesOnWhenItIsStopped() {
    SnapshotBuilder seen =
        seen(pid1())
            .sockets(SocketBuilder.accepted().inode(8))
            .socketUnit(new SocketUnit("sshd.socket", false, List.of("sshd@0-1.service"), true));

    assertThat(first(seen)).isEqualTo("systemctl stop sshd.socket");
    assertThat(cause(seen).remedies().getFirst().effect().toString()).contains("goes on");
    assertThat(cause(seen).summary().toString())
        .contains("0.0.0.0:8080")
        .doesNotContain("10.0.0.1");
  }

  @Test
  void aConnectionOfPid1IsSomebodysSessionAndNobodyIsEndedForIt() {
    SnapshotBuilder seen =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(SocketBuilder.accepted().inode(7))
            .holders(pid1().holds(3, 7), holder(900, "sshd").holds(4, 7));

    assertThat(cause(seen).id()).isEqualTo("open-connection");
    assertThat(cause(seen).remedies())
        .extracting(one -> String.join(" ", Written.words(one)))
        .doesNotContain(END);
  }

  @Test
  void whatAServiceHasStoredIsGivenBackByStoppingIt() {
    SnapshotBuilder one = seen(pid1()).storing("fds.service");
    assertThat(cause(one).summary().toString()).contains("a socket that fds.service has stored");
    assertThat(first(one)).isEqualTo("systemctl stop fds.service");

    SnapshotBuilder two = seen(pid1()).storing("fds.service", "logind.service");
    assertThat(first(two)).isEmpty();
    assertThat(cause(two).remedies().getFirst().effect().toString())
        .contains("one of fds.service, logind.service has stored it");
  }

  @Test
  void aMainProcessWithWorkersIsStoppedWithThem() {
    Unit unit = unit(Reading.known(Set.of(new Pid(900))), Optional.of(RUNS));
    SnapshotBuilder seen =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(SocketBuilder.listener().inode(7))
            .holders(
                holder(901, "worker").unit(unit).below(900, 1).holds(3, 7),
                holder(900, "server").unit(unit).below(1).holds(3, 7));

    assertThat(cause(seen).remedies().stream().map(one -> String.join(" ", Written.words(one))))
        .startsWith(STOP)
        .doesNotContain(END);
  }

  private static PortProxy forwarder(Optional<Container> container, boolean asked) {
    return new PortProxy(Container.Engine.DOCKER, container, Optional.of(new Port(80)), asked);
  }

  @Test
  void aPublishedPortIsGivenBackByStoppingItsContainer() {
    Container web =
        new Container(Container.Engine.DOCKER, ID)
            .with(
                new Container.Details(
                    Optional.of("web"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
    SnapshotBuilder seen =
        seen(holder(900, "docker-proxy").forwarder(forwarder(Optional.of(web), true)));

    assertThat(cause(seen).id()).isEqualTo("container-port");
    assertThat(first(seen)).isEqualTo("docker stop web");
  }

  @ParameterizedTest
  @CsvSource({
    "running, false, ''",
    "created, false, which is starting",
    "exited, false, which is starting",
    "restarting, false, which is restarting",
    "exited, true, which no longer runs",
    "running, true, which its engine no longer knows"
  })
  void whatStateTheContainerIsInIsSaid(String state, boolean left, String words) {
    Container web =
        new Container(Container.Engine.DOCKER, ID)
            .with(
                new Container.Details(
                    Optional.of("web"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(state),
                    Optional.empty()));
    PortProxy proxy = forwarder(Optional.of(web), true);
    SnapshotBuilder seen =
        seen(holder(900, "docker-proxy").forwarder(left ? proxy.leftBehind() : proxy));

    assertThat(cause(seen).summary().toString()).contains(words.isEmpty() ? "web" : words);
    assertThat(first(seen)).isEqualTo(left ? "inuse free 8080" : "docker stop web");
  }

  @Test
  void aForwarderWhoseContainerNobodyNamesIsNotOfferedToBeEnded() {
    SnapshotBuilder seen =
        seen(holder(900, "docker-proxy").forwarder(forwarder(Optional.empty(), false)));

    assertThat(first(seen)).isEmpty();
    assertThat(cause(seen).remedies().getFirst().effect().toString())
        .contains("stop that container, and not what forwards to it");
  }

  @Test
  void aForwarderThatWasLeftBehindIsEnded() {
    SnapshotBuilder seen =
        seen(holder(900, "docker-proxy").forwarder(forwarder(Optional.empty(), true)));

    assertThat(first(seen)).isEqualTo("inuse free 8080");
    assertThat(cause(seen).summary().toString()).contains("a container that is gone");
  }

  @Test
  void aPodIsNotStoppedButScaledDown() {
    Container pod =
        new Container(
            Container.Engine.CRI,
            ID,
            Optional.of("0b7c1f8e-0000-4000-8000-000000000000"),
            Optional.empty());

    Remedy remedy = cause(seen(holder(900, "app").container(pod))).remedies().getFirst();
    assertThat(Written.words(remedy)).isEmpty();
    assertThat(remedy.effect().toString()).contains("0b7c1f8e").contains("hostPort");
  }

  /**
   * As the user whose manager it is: its directory and its file are that user's word, and must not
   * choose what root does.
   */
  @ParameterizedTest
  @CsvSource({
    "PM2, 1000, 0, /srv/pm2, sudo -H -u #1000 env PM2_HOME=/srv/pm2 pm2 stop 0",
    "PM2, 0, 0, /root/.pm2, env PM2_HOME=/root/.pm2 pm2 stop 0",
    "PM2, 0, 0, , ''",
    "PM2, 1000, , , inuse free 8080",
    "SUPERVISORD, 0, site:web, /etc/my.conf, supervisorctl -c /etc/my.conf stop site:web",
    "SUPERVISORD, 0, web, , ''",
    "SUPERVISORD, 1000, web, /tmp/my.conf,"
        + " sudo -H -u #1000 supervisorctl -c /tmp/my.conf stop web",
    "RUNIT, 0, , /etc/service/web, sv stop /etc/service/web",
    "RUNIT, 0, , , ''",
    "RUNIT, 1000, , /tmp/web, sudo -H -u #1000 sv stop /tmp/web",
    "S6, 0, , /run/service/web, s6-svc -wd -d /run/service/web",
    "S6, 1000, , /tmp/web, sudo -H -u #1000 s6-svc -wd -d /tmp/web",
    "NODEMON, 0, , , inuse free 8080",
    "NODE_WATCH, 1000, , , inuse free 8080",
    "AUTOSSH, 0, , , inuse free 8080",
    "FOREMAN, 0, , , inuse free 8080",
    "TMUX, 0, , , inuse free 8080",
  })
  void whoeverRestartsItIsTold(
      ProcessManager.Kind kind, int owner, String name, String place, String command) {
    ProcessManager processManager =
        new ProcessManager(
            kind,
            new ProcessIdentity(new Pid(700), 1),
            Optional.ofNullable(name),
            Optional.ofNullable(place));
    Statement<ProcessManager> said =
        new Statement<>(processManager, owner == 0 ? Speaker.ROOT : Speaker.of(new Uid(owner)));

    assertThat(first(seen(holder(900, "app").overseer(said)))).isEqualTo(command);
  }

  @ParameterizedTest
  @CsvSource({
    "53, systemd-resolve, , DNSStubListener",
    "80, nginx, , disable --now",
    "5432, postgres, , PostgreSQL",
    "9000, ssh, -L, tunnel",
    "9000, kubectl, port-forward, kubectl",
    "9000, java, org.gradle.launcher.daemon.bootstrap.GradleDaemon, gradle --stop",
  })
  void aWellKnownOccupantHasItsOwnAdvice(int port, String program, String word, String advice) {
    SnapshotBuilder seen =
        seen(holder(900, program).below(1).arguments(program, word == null ? "-x" : word))
            .port(port);

    assertThat(Explainer.explain(seen.build()).notes())
        .filteredOn(note -> note.id() == Note.Id.WELL_KNOWN)
        .singleElement()
        .satisfies(note -> assertThat(note.summary().toString()).contains(advice));
  }

  @Test
  void aDevelopmentServerWithItsTerminalIsNoSurprise() {
    SnapshotBuilder seen = seen(holder(900, "python3").arguments("python3", "-m", "http.server"));

    assertThat(Explainer.explain(seen.build()).notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"53, dnsmasq", "80, python3", "8080, nginx", "5432, socat", "9000, node"})
  void aPortAloneOrAProgramOnAnotherOneIsNotWellKnown(int port, String program) {
    SnapshotBuilder seen = seen(holder(900, program).arguments(program, "app.js")).port(port);

    assertThat(Explainer.explain(seen.build()).notes()).isEmpty();
  }
}
