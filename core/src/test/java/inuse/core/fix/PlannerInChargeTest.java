package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Office;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.Explainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is planned where somebody is in charge of the holder. */
final class PlannerInChargeTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Container WEB =
      new Container(Container.Engine.DOCKER, ID)
          .with(
              new Container.Details(
                  Optional.of("web"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()));

  private static SnapshotBuilder held(HolderBuilder... who) {
    return snapshot()
        .blocked()
        .sockets(SocketBuilder.listener().inode(7).owner(0, "root"))
        .holders(who);
  }

  private static HolderBuilder app() {
    return holder(900, "app").holds(3, 7);
  }

  private static String plan(SnapshotBuilder seen, Caller caller) {
    return Told.plan(Planner.plan(Explainer.explain(seen.build()), caller, FreeOptions.DEFAULT));
  }

  private static String byRoot(SnapshotBuilder seen) {
    return plan(seen.asRoot(), Selves.ROOT);
  }

  private static String byAlice(SnapshotBuilder seen) {
    return plan(seen, Selves.ALICE);
  }

  @Test
  void aServiceIsStoppedOnceThroughItsManagerHoweverManyProcessesItHas() {
    HolderBuilder main = app().unit("app.service").below(1);
    HolderBuilder worker = holder(901, "app").holds(3, 7).unit("app.service").below(900, 1);

    assertThat(byRoot(held(main, worker))).isEqualTo("run systemctl stop app.service");
    assertThat(byAlice(held(main, worker)))
        .isEqualTo(
            "denied, root may: stops the service app.service, and systemd will not restart it,"
                + " which takes root");
  }

  /** Through whatever it would be stopped, and by a signal. */
  private static Stream<HolderBuilder> everyWay() {
    return Stream.of(
        app(),
        app().unit("app.service").below(1),
        app().container(WEB),
        app()
            .overseer(
                new ProcessManager(
                    ProcessManager.Kind.NODEMON,
                    new ProcessIdentity(new Pid(880), 1),
                    Optional.empty(),
                    Optional.empty())));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void whatAPidIsHereMustBeKnown(HolderBuilder who) {
    SnapshotBuilder seen = held(who).asRoot();

    assertThat(plan(seen, Selves.ROOT)).doesNotStartWith("refused");
    for (Reading<Boolean> no :
        List.of(Reading.known(false), Reading.<Boolean>unknown(Reading.Why.UNSUPPORTED))) {
      assertThat(plan(seen, Selves.before(no)))
          .startsWith("refused: ")
          .contains("/proc is of another pid namespace")
          .endsWith(" | ");
    }
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
                    "active", KillMode.CONTROL_GROUP, "no", 0, List.of("app.socket"))));

    assertThat(byRoot(held(app().unit(unit).below(1))))
        .isEqualTo("run systemctl stop app.socket app.service");
  }

  /** PID 1 took it in: its parent says nothing. */
  @Test
  void whatAJobOfAServiceLeftBehindIsEndedAndTheServiceGoesOn() {
    Unit cron =
        new Unit(
            "cron.service",
            false,
            Reading.known(Set.of(new Pid(65))),
            Optional.of(new Unit.Details("active", KillMode.CONTROL_GROUP, "no", 0, List.of())));

    assertThat(byRoot(held(app().unit(cron).below(1)))).isEqualTo("end 900 3:7:7");
    assertThat(byRoot(held(app().unit(cron).below(1), holder(65, "cron").holds(4, 7).unit(cron))))
        .isEqualTo("run systemctl stop cron.service");
  }

  @Test
  void aUsersOwnServiceTakesNoRoot() {
    assertThat(byAlice(held(app().userUnit("app.service").below(800, 1))))
        .isEqualTo("run systemctl --user stop app.service");
  }

  @Test
  void whatAShellInAUnitStartedIsNotTheUnit() {
    assertThat(byRoot(held(app().unit("cron.service").below(700, 650, 1))))
        .isEqualTo("end 900 3:7:7");
  }

  @Test
  void aContainerIsStoppedThroughItsEngine() {
    assertThat(byRoot(held(app().container(WEB)))).isEqualTo("container 0123: docker stop web");
    assertThat(byAlice(held(app().container(WEB))))
        .isEqualTo("denied, root may: stops the container web, which takes root");
  }

  @Test
  void aPodIsNotStoppedByOneOfItsContainers() {
    Container pod =
        new Container(
            Container.Engine.CRI,
            ID,
            Optional.of("0b7c1f8e-0000-4000-8000-000000000000"),
            Optional.empty());

    assertThat(byRoot(held(app().container(pod))))
        .startsWith("refused: scale down or delete the pod");
  }

  private static HolderBuilder proxy(Optional<Container> container) {
    return holder(900, "docker-proxy")
        .holds(3, 7)
        .owner(0, "root")
        .executable("/usr/bin/docker-proxy")
        .forwarder(
            new PortProxy(Container.Engine.DOCKER, container, Optional.of(new Port(80)), true));
  }

  @Test
  void aPublishedPortIsItsContainersAndNeverTheForwarders() {
    HolderBuilder second = proxy(Optional.of(WEB));

    assertThat(byRoot(held(proxy(Optional.of(WEB))))).isEqualTo("container 0123: docker stop web");
    assertThat(byRoot(held(proxy(Optional.of(WEB)), second)))
        .isEqualTo("container 0123: docker stop web");
    assertThat(byAlice(held(proxy(Optional.of(WEB))))).startsWith("denied, root may: ");
  }

  @Test
  void aForwarderWithoutAContainerIsEndedOnlyWhereTheEngineSaidThatThereIsNone() {
    HolderBuilder unasked =
        proxy(Optional.empty())
            .forwarder(
                new PortProxy(Container.Engine.DOCKER, Optional.empty(), Optional.empty(), false));

    assertThat(byRoot(held(proxy(Optional.empty())))).isEqualTo("end 900 3:7:7");
    assertThat(byRoot(held(unasked)))
        .startsWith("refused: docker-proxy (pid 900, root) forwards to a container that its engine")
        .endsWith("| ");
  }

  private static HolderBuilder pid1() {
    return holder(1, "systemd")
        .holds(3, 7)
        .owner(0, "root")
        .below()
        .manager(Supervision.Init.SYSTEM);
  }

  @Test
  void aSocketUnitIsStoppedWithWhatItStartsAndPid1IsNeverEnded() {
    assertThat(byRoot(held(pid1()).socketUnit("app.socket", false, "app.service")))
        .isEqualTo("run systemctl stop app.socket app.service");
    assertThat(byAlice(held(pid1()).socketUnit("app.socket", false, "app.service")))
        .startsWith("denied, root may: ");
  }

  @Test
  void aSocketUnitThatRunsAServiceLeavesTheServiceToItsManager() {
    assertThat(
            byRoot(
                held(pid1(), app().unit("app.service").below(1))
                    .socketUnit("app.socket", false, "app.service")))
        .doesNotContain("end ")
        .startsWith("run systemctl stop app.socket app.service");
  }

  @Test
  void aSocketUnitWhoseServiceWeRunInIsNotStopped() {
    assertThat(byRoot(held(pid1()).socketUnit("ours.socket", false, "ours.service")))
        .isEqualTo(
            "refused: ours.socket is left running: this very program runs in the unit or container"
                + " that would be stopped | ");
  }

  @Test
  void theContainerBehindAForwarderThatWeRunInIsNotStopped() {
    Caller inside = Selves.inGroup("/docker/" + ID + "/x");

    assertThat(plan(held(proxy(Optional.of(WEB))).asRoot(), inside))
        .startsWith("refused: docker-proxy (pid 900, root) is left running: this very program");
  }

  @Test
  void aSwarmServiceLosesThePortAndRunsOn() {
    PortProxy proxy =
        new PortProxy(
            Container.Engine.DOCKER,
            Optional.empty(),
            Optional.of("shop"),
            Optional.of(new Port(80)),
            true,
            false);

    assertThat(byRoot(held(holder(900, "dockerd").holds(3, 7).owner(0, "root").forwarder(proxy))))
        .isEqualTo("run docker service update --publish-rm 80 shop");
  }

  @Test
  void whatAContainerThatHasEndedLeftBehindIsEnded() {
    PortProxy proxy =
        new PortProxy(
                Container.Engine.DOCKER,
                Optional.of(new Container(Container.Engine.DOCKER, ID)),
                Optional.of(new Port(80)),
                true)
            .leftBehind();

    assertThat(
            byRoot(held(holder(900, "docker-proxy").holds(3, 7).owner(0, "root").forwarder(proxy))))
        .isEqualTo("end 900 3:7:7");
  }

  @Test
  void aSocketOfPid1OfNoKnownUnitIsRefused() {
    assertThat(byRoot(held(pid1()))).startsWith("refused: find the unit with systemctl");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMoreThanTheServerOfThePortIsNotEnded(Office office) {
    for (Speaker speaker : List.of(Speaker.ROOT, Speaker.of(Uid.ROOT))) {
      assertThat(byRoot(held(app().owner(0, "root").office(office, speaker))))
          .startsWith("refused: app (pid 900) is " + office.words() + ": ")
          .endsWith(" | ");
    }
    assertThat(byAlice(held(app().office(office, Speaker.of(new Uid(1000))))))
        .startsWith("refused: app (pid 900) is " + office.words());
  }

  @Test
  void whatAnotherUsersProcessSaysThatItIsKeepsNothingForIt() {
    for (Speaker speaker : List.of(Speaker.of(new Uid(1000)), Speaker.ANYBODY)) {
      SnapshotBuilder seen = held(app().office(Office.PM2, speaker)).asRoot();

      assertThat(byRoot(seen)).isEqualTo("end 900 3:7:7");
      assertThat(Explainer.explain(seen.build()).notes())
          .singleElement()
          .satisfies(note ->
              assertThat(note.summary().toString())
                  .contains("says that it is pm2's own daemon: all its apps would end with it"));
    }
  }

  @Test
  void aUnitIsNotStoppedForWhatIsMoreThanTheServerOfThePort() {
    assertThat(
            byRoot(
                held(
                    app()
                        .owner(0, "root")
                        .unit(
                            new Unit(
                                "supervisor.service",
                                false,
                                Reading.known(Set.of(new Pid(900))),
                                Optional.empty()))
                        .office(Office.SUPERVISORD, Speaker.ROOT))))
        .startsWith("refused: app (pid 900) is supervisord itself");
  }

  @Test
  void theFirstProcessOfAContainerIsNotEndedFromInside() {
    assertThat(byRoot(held(holder(1, "python3").holds(3, 7).owner(0, "root").below())))
        .startsWith(
            "refused: python3 (pid 1) is left running: all that runs here would end with it");
  }

  private static HolderBuilder overseen(
      ProcessManager.Kind kind, Optional<String> name, Optional<String> place) {
    return app()
        .below(700, 1)
        .overseer(
            new Statement<>(
                new ProcessManager(kind, new ProcessIdentity(new Pid(700), 1), name, place),
                kind == ProcessManager.Kind.PM2 ? Speaker.of(new Uid(1000)) : Speaker.ROOT));
  }

  @ParameterizedTest
  @CsvSource({
    "PM2, 0, /srv/p, 'run sudo -H -u #1000 env PM2_HOME=/srv/p pm2 stop 0; end 900 3:7:7'",
    "PM2, 0, , end 900 3:7:7",
    "SUPERVISORD, web, /etc/s.conf, run supervisorctl -c /etc/s.conf stop web",
    "RUNIT, , /etc/service/web, run sv stop /etc/service/web",
    "S6, , /run/service/web, run s6-svc -wd -d /run/service/web",
    "NODEMON, , , 'end 700, 900 3:7:7'",
    "TMUX, , , end 900 3:7:7",
    "SSH, , , end 900 3:7:7",
  })
  void whoeverRestartsItIsToldFirst(
      ProcessManager.Kind kind, String name, String place, String plan) {
    assertThat(byRoot(held(overseen(kind, Optional.ofNullable(name), Optional.ofNullable(place)))))
        .isEqualTo(plan);
  }

  @Test
  void oneWhoRestartsItAndCannotBeToldIsRefusedUnlessItIsAnotherUsers() {
    assertThat(
            byRoot(held(overseen(ProcessManager.Kind.RUNIT, Optional.empty(), Optional.empty()))))
        .startsWith("refused: tell runit (pid 700) to stop it");
    assertThat(byRoot(held(overseen(ProcessManager.Kind.PM2, Optional.empty(), Optional.empty()))))
        .isEqualTo("end 900 3:7:7");
  }

  @Test
  void anOverseerCountsAsOneOfThoseThatAreEnded() {
    Plan plan =
        Planner.plan(
            Explainer.explain(
                held(overseen(ProcessManager.Kind.NODEMON, Optional.empty(), Optional.empty()))
                    .build()),
            Selves.ALICE,
            Allow.most(1));

    assertThat(Told.plan(plan)).startsWith("refused: 2 processes would be ended");
  }

  @ParameterizedTest
  @CsvSource({"700, false", "4500, true", "5000, true", "3900, true", "1, true"})
  void anOverseerThatWeRunBelowIsNotEnded(int pid, boolean refused) {
    ProcessManager processManager =
        new ProcessManager(
            ProcessManager.Kind.NODEMON,
            new ProcessIdentity(new Pid(pid), 1),
            Optional.empty(),
            Optional.empty());
    String plan = byAlice(held(app().overseer(processManager)));

    assertThat(plan).startsWith(refused ? "refused: nodemon (pid " + pid + ")" : "end 700, 900");
  }

  @Test
  void plainProcessesAreEndedAfterThoseWhoAreStoppedThroughOthers() {
    assertThat(byRoot(held(app().unit("app.service").below(1), holder(950, "helper").holds(5, 7))))
        .isEqualTo("run systemctl stop app.service; end 950 5:7:7");
  }
}
