package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is never ended, and that their neighbours are. */
final class GuardNeighboursTest {
  private static SafetyRules guard(Caller caller, FreeOptions options) {
    return new SafetyRules(
        caller,
        options,
        Explainer.explain(snapshot().port(22).blocked().sockets(listener().port(22)).build()),
        Set.of());
  }

  private static String end(HolderBuilder who, Caller caller, FreeOptions options) {
    return name(guard(caller, options).forbidsToEnd(who.build()));
  }

  private static String end(HolderBuilder who) {
    return end(who, Selves.ROOT, FreeOptions.DEFAULT);
  }

  private static String stop(Holder who, Caller caller) {
    return name(guard(caller, FreeOptions.DEFAULT).forbidsToStop(who));
  }

  private static String name(Optional<SafetyRules.Rule> rule) {
    return rule.map(Enum::name).orElse("none");
  }

  @ParameterizedTest
  @CsvSource({
    "1, INIT",
    "5000, OURSELVES",
    "4500, ANCESTOR",
    "4000, ANCESTOR",
    "3000, ANCESTOR",
    "3900, SESSION",
    "5001, none",
    "4501, none",
    "10, none",
    "2, none",
  })
  void whatWeLiveInIsNeverEnded(int pid, String rule) {
    assertThat(end(holder(pid, "bash"))).isEqualTo(rule);
  }

  @Test
  void aThreadOfTheKernelIsNeverEndedAndAProcessBelowPid2WithAProgramIs() {
    assertThat(end(holder(2, "kthreadd").below())).isEqualTo("KERNEL_THREAD");
    assertThat(end(holder(99, "kworker/0:1").below(2))).isEqualTo("KERNEL_THREAD");
    assertThat(end(holder(99, "app").below(2, 1).executable("/usr/bin/app"))).isEqualTo("none");
    // In a pid namespace 2 is a program like any other, below the first; a zombie has no
    // executable.
    assertThat(end(holder(99, "app").below(2, 1))).isEqualTo("none");
    assertThat(end(holder(99, "kworker/0:1").below(3, 1))).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "22, sshd, SSH",
    "22, sshd-session, SSH",
    "22, dropbear, SSH",
    "2222, sshd, none",
    "22, nginx, none",
  })
  void theSshdOfThisSessionIsKnownByItsPort(int port, String name, String rule) {
    assertThat(end(holder(10, name), Selves.throughSsh(port), FreeOptions.DEFAULT)).isEqualTo(rule);
  }

  @Test
  void anSshdIsAnyServerWhereTheSessionCameInByNone() {
    assertThat(end(holder(10, "sshd"))).isEqualTo("none");
  }

  private static String endOf(HolderBuilder who) {
    return end(who, Selves.bySsh(600), FreeOptions.DEFAULT);
  }

  /** It may have been restarted since, and then is no ancestor; its port may be another. */
  @Test
  void whereTheLoginCameInBySshNoSshdThatTakesLoginsIsEnded() {
    HolderBuilder sshd = holder(10, "x").executable("/usr/sbin/sshd").owner(0, "root").below(1);

    assertThat(endOf(sshd)).isEqualTo("SSH");
    assertThat(endOf(holder(10, "sshd").owner(0, "root").below(1))).isEqualTo("SSH");
    assertThat(endOf(holder(10, "dropbear").owner(0, "root").below(1))).isEqualTo("SSH");
    assertThat(endOf(holder(10, "sshd").unknownOwner().below(1))).isEqualTo("SSH");
    assertThat(endOf(holder(10, "nginx").owner(0, "root").below(1))).isEqualTo("none");
    assertThat(end(sshd, Selves.ROOT, FreeOptions.DEFAULT)).isEqualTo("none");
    assertThat(stop(sshd.unit("ssh.service").build(), Selves.bySsh())).isEqualTo("SSH");
  }

  @Test
  void whatServesOneLoginAndForwardsItsPortsMayBeEnded() {
    HolderBuilder forwarder = holder(10, "sshd-session").owner(0, "root");

    assertThat(endOf(forwarder.startedBy(9, "sshd"))).isEqualTo("none");
  }

  @Test
  void aStrangersProgramIsNotSparedForTheNameThatItTook() {
    assertThat(endOf(holder(10, "sshd").owner(1000, "alice").below(1))).isEqualTo("none");
    assertThat(endOf(holder(10, "sshd").owner(0, "root").below(1).container(DOCKER, ID)))
        .isEqualTo("none");
  }

  private static final Container.Engine DOCKER = Container.Engine.DOCKER;

  @Test
  void whatTheLoginComesThroughIsNotEnded() {
    assertThat(endOf(holder(600, "tmux: client"))).isEqualTo("SSH");
    assertThat(endOf(holder(601, "tmux: client"))).isEqualTo("none");
  }

  /** Whatever serves it, and whatever it is called: a terminal in a browser, telnet. */
  @ParameterizedTest
  @CsvSource({"4500, false, SSH", "600, false, SSH", "4501, false, none", "4500, true, none"})
  void thePortOfAConnectionThatTheLoginHasIsItsWayIn(int pid, boolean initiated, String rule) {
    Diagnosis diagnosis =
        Explainer.explain(
            snapshot()
                .blocked()
                .sockets(listener().inode(7), accepted().inode(8).initiated(initiated))
                .holders(holder(10, "ttyd").holds(3, 7), holder(pid, "bash").holds(4, 8))
                .build());
    SafetyRules rules =
        new SafetyRules(Selves.bySsh(600), FreeOptions.DEFAULT, diagnosis, Set.of());

    assertThat(name(rules.forbidsToEnd(holder(10, "ttyd").build()))).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource({
    "ssh.socket, x.service, SSH",
    "sshd.socket, x.service, SSH",
    "x.socket, sshd@.service, SSH",
    "dropbear.socket, x.service, SSH",
    "sshx.socket, x.service, none",
  })
  void aSocketThatTakesLoginsBySshIsNotStopped(String name, String service, String rule) {
    SocketUnit socket = new SocketUnit(name, false, List.of(service));

    assertThat(name(guard(Selves.bySsh(), FreeOptions.DEFAULT).forbidsToStop(socket)))
        .isEqualTo(rule);
    assertThat(name(guard(Selves.ROOT, FreeOptions.DEFAULT).forbidsToStop(socket)))
        .isEqualTo("none");
  }

  @Test
  void theSocketUnitOfTheSshdOfThisSessionIsNotStopped() {
    Holder init = holder(1, "systemd").below().manager(Supervision.Init.SYSTEM).build();

    assertThat(stop(init, Selves.throughSsh(22))).isEqualTo("SSH");
    assertThat(stop(init, Selves.throughSsh(2222))).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dockerd", "containerd", "crio", "kubelet", "podman", "containerd-shim-runc-v2"})
  void anEngineIsKnownByItsFileWhateverItCallsItself(String name) {
    assertThat(end(holder(10, "harmless").executable("/usr/bin/" + name))).isEqualTo("ENGINE");
    assertThat(end(holder(10, "harmless").executable("/usr/bin/" + name + " (deleted)")))
        .isEqualTo("ENGINE");
    assertThat(end(holder(10, name))).isEqualTo("ENGINE");
    assertThat(end(holder(10, name).executable("/usr/bin/harmless"))).isEqualTo("none");
    assertThat(end(holder(10, "x" + name))).isEqualTo("none");
  }

  @Test
  void whatForwardsForAnEngineIsNotTheEngine() {
    HolderBuilder podman = holder(10, "podman").executable("/usr/bin/podman");
    Holder forwarder =
        podman
            .forwarder(
                new PortProxy(Container.Engine.PODMAN, Optional.empty(), Optional.empty(), true))
            .build();

    assertThat(stop(forwarder, Selves.ROOT)).isEqualTo("none");
  }

  private static Holder inGroup(Holder one, Reading<Untrusted> group) {
    return new Holder(
        one.identity(),
        one.invocation(),
        one.account(),
        one.state(),
        one.startedAt(),
        one.sockets(),
        one.ancestry(),
        one.lineage(),
        new Holder.Context(group, one.unit(), one.container(), one.supervision()),
        one.references(),
        one.reparented());
  }

  @ParameterizedTest
  @CsvSource({
    "/system.slice/a.service, /system.slice/a.service, UNIT",
    "/system.slice/a.service, /system.slice/ab.service, none",
    "/system.slice/a.service/shell, /system.slice/a.service/main, UNIT",
    "/system.slice/a.service, /system.slice/a.service/main, UNIT",
    "/system.slice/a.service/main, /system.slice/a.service, UNIT",
    "/system.slice/ab.service/a, /system.slice/a.service, none",
    "/system.slice/system-a.slice/a.service, /system.slice/a.service, none",
    "/user.slice/user@1.service/a.service, /user.slice/user@2.service/a.service, none",
    "/, /system.slice/a.service, none",
  })
  void theUnitThatWeRunInIsNotStopped(String ours, String theirs, String rule) {
    Holder who =
        inGroup(holder(10, "app").unit("a.service").build(), Reading.known(new Untrusted(theirs)));

    assertThat(stop(who, Selves.inGroup(ours))).isEqualTo(rule);
    assertThat(name(guard(Selves.inGroup(ours), FreeOptions.DEFAULT).forbidsToEnd(who)))
        .isEqualTo("none");
  }

  private static final String ID = "0123456789abcdef".repeat(4);

  @Test
  void theContainerThatWeRunInIsNotStoppedWhicheverOfItsGroupsWeAreIn() {
    Container ours = new Container(Container.Engine.DOCKER, ID);
    Caller caller = Selves.inGroup("/system.slice/docker-" + ID + ".scope/init");
    Holder inside = holder(10, "app").container(ours).build();

    assertThat(stop(inside, caller)).isEqualTo("UNIT");
    assertThat(stop(inside, Selves.inGroup("/docker/" + ID))).isEqualTo("UNIT");
    assertThat(stop(inside, Selves.inGroup("/docker/" + ID.replace('0', '1')))).isEqualTo("none");
    assertThat(name(guard(caller, FreeOptions.DEFAULT).forbidsToStop(ours))).isEqualTo("UNIT");
  }

  @Test
  void aSocketIsNotStoppedThatStartedUs() {
    SocketUnit socket = new SocketUnit("a.socket", false, List.of("b.service", "a.service"));

    for (String group : List.of("/system.slice/a.service", "/system.slice/a.service/x")) {
      assertThat(name(guard(Selves.inGroup(group), FreeOptions.DEFAULT).forbidsToStop(socket)))
          .isEqualTo("UNIT");
    }
    assertThat(name(guard(Selves.ROOT, FreeOptions.DEFAULT).forbidsToStop(socket)))
        .isEqualTo("none");
  }

  /** We are below make 4500 and bash 4000. */
  @ParameterizedTest
  @CsvSource({
    "SUPERVISORD, 700, 4000, UNIT",
    "RUNIT, 700, 4500, UNIT",
    "PM2, 700, 4600, none",
    "TMUX, 700, 4000, none",
    "SUPERVISORD, 701, 4000, none",
  })
  void aManagedProgramThatWeRunBelowIsNotStopped(
      ProcessManager.Kind kind, int manager, int program, String rule) {
    ProcessManager it =
        new ProcessManager(
            kind,
            new ProcessIdentity(new Pid(manager), 1),
            Optional.of("web"),
            Optional.of("/etc/web"));

    assertThat(stop(holder(10, "app").below(program, 700, 1).overseer(it).build(), Selves.ROOT))
        .isEqualTo(rule);
  }

  @Test
  void ofAnUnknownGroupNothingIsForbidden() {
    Holder who = inGroup(holder(10, "app").build(), Reading.unknown(Reading.Why.DENIED));

    assertThat(stop(who, Selves.ROOT)).isEqualTo("none");
  }

  @Test
  void aUnitIsStoppedThroughPid1AndNotThroughAnAncestor() {
    assertThat(stop(holder(1, "systemd").below().build(), Selves.ROOT)).isEqualTo("none");
    assertThat(stop(holder(4500, "make").build(), Selves.ROOT)).isEqualTo("ANCESTOR");
  }

  @Test
  void onlyMineIsNobodyElsesAndNobodysOfAnUnknownUser() {
    assertThat(end(holder(10, "a"), Selves.ALICE, Allow.onlyMine())).isEqualTo("none");
    assertThat(end(holder(10, "a").owner(33, "w"), Selves.ALICE, Allow.onlyMine()))
        .isEqualTo("NOT_MINE");
    assertThat(end(holder(10, "a"), Selves.ROOT, Allow.onlyMine())).isEqualTo("NOT_MINE");
    assertThat(end(holder(10, "a").unknownOwner(), Selves.ALICE, Allow.onlyMine()))
        .isEqualTo("NOT_MINE");
  }

  @Test
  void onlyMineOfRootBehindSudoIsWhoRanSudo() {
    Caller alice = Selves.behindSudo(Optional.of(new Uid(1000)));

    assertThat(end(holder(10, "a"), alice, Allow.onlyMine())).isEqualTo("none");
    assertThat(end(holder(10, "a").owner(0, "root"), alice, Allow.onlyMine()))
        .isEqualTo("NOT_MINE");
    assertThat(end(holder(10, "a"), Selves.behindSudo(Optional.empty()), Allow.onlyMine()))
        .isEqualTo("UNCLEAR");
  }

  @ParameterizedTest
  @CsvSource({"700, OWN_RUN", "800, OWN_RUN", "701, none", "10, none"})
  void theVeryRunThatTheAddressIsWantedForIsNotEnded(int supervisor, String rule) {
    assertThat(
            end(
                holder(10, "a").below(700, 800, 1),
                Selves.forRunOf(supervisor),
                FreeOptions.DEFAULT))
        .isEqualTo(rule);
  }

  @Test
  void onlyAnEarlierRunIsOneWhereNothingElseIsAllowed() {
    assertThat(end(holder(10, "a"), Selves.ROOT, Allow.previous())).isEqualTo("NOT_PREVIOUS");
  }

  @Test
  void underIsWhatIsKnownToWorkThere() {
    FreeOptions under = Allow.under(new Directory(0, 7, 5));
    Set<ProcessIdentity> insiders = Set.of(holder(10, "a").build().identity());
    SafetyRules rules =
        new SafetyRules(
            Selves.ALICE, under, Explainer.explain(snapshot().blocked().build()), insiders);

    assertThat(name(rules.forbidsToEnd(holder(10, "a").build()))).isEqualTo("none");
    assertThat(name(rules.forbidsToEnd(holder(11, "a").build()))).isEqualTo("NOT_UNDER");
    assertThat(name(rules.forbidsToStop(holder(11, "a").build()))).isEqualTo("NOT_UNDER");
    assertThat(end(holder(10, "a"), Selves.ALICE, under)).isEqualTo("NOT_UNDER");
  }

  @Test
  void nothingEndsThatWasNotListed() {
    ProcessIdentity listed = holder(10, "a").build().identity();
    FreeOptions options = FreeOptions.DEFAULT.only(Set.of(listed));

    assertThat(end(holder(10, "a"), Selves.ALICE, options)).isEqualTo("none");
    assertThat(end(holder(11, "a"), Selves.ALICE, options)).isEqualTo("NOT_AGREED");
    assertThat(end(holder(10, "a").startedAtTick(77), Selves.ALICE, options))
        .as("another process of that pid")
        .isEqualTo("NOT_AGREED");
    assertThat(options.most()).isEqualTo(FreeOptions.DEFAULT.most());
  }

  @ParameterizedTest
  @CsvSource({"node, none", "nod, NOT_NAMED", "nodes, NOT_NAMED", "NODE, NOT_NAMED"})
  void aNameIsTheWholeName(String name, String rule) {
    assertThat(end(holder(10, "node"), Selves.ALICE, Allow.command(name))).isEqualTo(rule);
  }

  @Test
  void whatIsNeverEndedHasNoLineByHandWhereThereIsNone() {
    for (int pid : new int[] {1, 5000}) {
      Plan plan =
          Planner.plan(
              Explainer.explain(
                  snapshot()
                      .asRoot()
                      .blocked()
                      .sockets(listener())
                      .holders(holder(pid, "app").holds(3, 100))
                      .build()),
              Selves.ROOT,
              FreeOptions.DEFAULT);

      assertThat(Told.plan(plan))
          .startsWith("refused: app (pid " + pid)
          .contains(") is left running: ")
          .endsWith("| ");
    }
  }
}
