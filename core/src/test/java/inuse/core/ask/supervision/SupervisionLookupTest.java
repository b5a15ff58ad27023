package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in charge, with managers and engines made of a few lines, hostile ones among them. */
final class SupervisionLookupTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);
  private static final String DOCKER = "/run/docker.sock";
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted =
      new Planted(kernel)
          .program("/usr/bin/docker-proxy", 0)
          .process(900, 0, "/usr/bin/docker-proxy");

  @AfterEach
  void everythingThatWasOpenedWasClosedAndEveryChildBuried() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  private SupervisionLookup.Complete complete(HolderBuilder... holders) {
    List<Holder> built = java.util.Arrays.stream(holders).map(HolderBuilder::build).toList();
    return new SupervisionLookup(Host.of(kernel))
        .complete(TARGET, List.of(), List.of(SocketBuilder.listener().build()), built);
  }

  private static HolderBuilder proxy() {
    return HolderBuilder.holder(900, "docker-proxy")
        .owner(0, "root")
        .executable("/usr/bin/docker-proxy")
        .arguments(
            "/usr/bin/docker-proxy",
            "-proto",
            "tcp",
            "-host-ip",
            "0.0.0.0",
            "-host-port",
            "8080",
            "-container-ip",
            "172.17.0.2",
            "-container-port",
            "80");
  }

  private static String http(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String inspected(String id, String name) {
    return "{\"Id\":\""
        + id
        + "\",\"Name\":\""
        + name
        + "\",\"Config\":{\"Image\":\"nginx:1\"},\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"}},"
        + "\"State\":{\"Status\":\"running\"}}";
  }

  private static String listed(String id, int port) {
    return "[{\"Id\":\""
        + id
        + "\",\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,\"PublicPort\":"
        + port
        + ",\"Type\":\"tcp\"}]}]";
  }

  private void docker(String list, String one) {
    kernel.server(
        DOCKER, asked -> Optional.of(http(asked.startsWith("GET /containers/json") ? list : one)));
  }

  private static PortProxy forwarder(SupervisionLookup.Complete complete) {
    return complete.holders().getFirst().supervision().proxy().orElseThrow().content();
  }

  @Test
  void aForwarderIsToldWhichContainerItServes() {
    docker(listed(ID, 8080), inspected(ID, "/web"));

    PortProxy proxy = forwarder(complete(proxy()));

    assertThat(proxy.containerPort()).contains(new Port(80));
    assertThat(proxy.asked()).isTrue();
    Container container = proxy.container().orElseThrow();
    assertThat(container.id()).isEqualTo(ID);
    Container.Details details = container.details().orElseThrow();
    assertThat(details.name()).contains("web");
    assertThat(details.image()).contains(new Untrusted("nginx:1"));
    assertThat(details.restart()).contains("always");
  }

  @Test
  void aChunkedAnswerIsReadToo() {
    String body = listed(ID, 8080);
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(body.length())
            + "\r\n"
            + body
            + "\r\n0\r\n\r\n";
    kernel.server(
        DOCKER,
        asked ->
            Optional.of(
                asked.startsWith("GET /containers/json ") ? chunked : http(inspected(ID, "/web"))));

    assertThat(forwarder(complete(proxy())).container()).isPresent();
  }

  @Test
  void aContainerThatHasGoneLeavesItsForwarder() {
    docker("[]", "{}");

    PortProxy proxy = forwarder(complete(proxy()));

    assertThat(proxy.asked()).isTrue();
    assertThat(proxy.container()).isEmpty();
  }

  @Test
  void aDaemonThatNeverAnswersIsNamedAndAskedOnce() {
    kernel.server(DOCKER, asked -> Optional.empty());
    long before = kernel.clockNanos(1);

    SupervisionLookup.Complete complete = complete(proxy(), proxy());

    assertThat(kernel.clockNanos(1) - before).isEqualTo(ExternalCommand.TIME.toNanos());
    assertThat(complete.gaps())
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.what()).contains(DOCKER);
          assertThat(gap.why()).isEqualTo(Reading.Why.TIMED_OUT);
        });
    assertThat(forwarder(complete).asked()).isFalse();
  }

  @Test
  void aDaemonThatAcceptsNobodyMoreHangsToo() {
    kernel.server(DOCKER, asked -> Optional.empty()).refuse("connect", DOCKER, Errno.EAGAIN);

    assertThat(complete(proxy()).gaps())
        .extracting(Gap::why)
        .containsExactly(Reading.Why.TIMED_OUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n[",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n[]"
      })
  void anAnswerThatIsNoneIsAGap(String answer) {
    kernel.server(DOCKER, asked -> Optional.of(answer));

    SupervisionLookup.Complete complete = complete(proxy());

    assertThat(complete.gaps()).extracting(Gap::why).containsExactly(Reading.Why.UNREADABLE);
    assertThat(forwarder(complete).container()).isEmpty();
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    kernel.server(
        DOCKER,
        asked ->
            Optional.of("HTTP/1.1 200 OK\r\n\r\n" + "[".repeat(ExternalCommand.MAX_BYTES + 1)));

    assertThat(complete(proxy()).gaps()).extracting(Gap::why).containsExactly(Reading.Why.TOO_MANY);
  }

  @Test
  void anAnswerAboutAnotherContainerIsNotBelieved() {
    docker(listed(ID, 8080), inspected(OTHER, "/evil"));

    assertThat(
            forwarder(complete(proxy()))
                .container()
                .flatMap(Container::details)
                .flatMap(Container.Details::name))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-f", "/a b", "/$(reboot)", "/", "", "/a/b"})
  void aNameThatIsNotFitForACommandLineIsNone(String name) {
    docker(listed(ID, 8080), inspected(ID, name));

    Container container = forwarder(complete(proxy())).container().orElseThrow();
    assertThat(container.details().orElseThrow().name()).isEmpty();
  }

  private static final String SHOWN =
      """
      Id=app.socket
      ActiveState=active
      Listen=[::]:8080 (Stream)
      Triggers=app.service

      Id=udp.socket
      ActiveState=active
      Listen=[::]:8080 (Datagram)

      Id=longer.socket
      ActiveState=active
      Listen=[::]:18080 (Stream)

      Id=dead.socket
      ActiveState=inactive
      Listen=[::]:8080 (Stream)

      Id=--help.socket
      ActiveState=active
      Listen=[::]:8080 (Stream)

      Id=app.service
      ActiveState=active
      MainPID=900
      ControlPID=0
      Restart=always
      NRestarts=3
      TriggeredBy=app.socket --evil
      """;

  private static HolderBuilder pid1() {
    return HolderBuilder.holder(1, "systemd")
        .owner(0, "root")
        .executable("/usr/lib/systemd/systemd");
  }

  private void systemd(Optional<String> printed) {
    kernel.directory("/run/systemd/system", 5).file("/dev/null", "");
    kernel.program("/usr/bin/systemctl", line -> printed);
  }

  @Test
  void theSocketUnitBehindPid1IsFoundByItsPortAndKind() {
    systemd(Optional.of(SHOWN));

    assertThat(complete(pid1()).hostContext().socketUnits())
        .containsExactly(new SocketUnit("app.socket", false, List.of("app.service")));
  }

  private List<SocketUnit> socketUnits(PortTarget target, SocketBuilder... sockets) {
    return new SupervisionLookup(Host.of(kernel))
        .complete(
            target,
            List.of(),
            java.util.Arrays.stream(sockets).map(SocketBuilder::build).toList(),
            List.of(pid1().holds(3, 100).build()))
        .hostContext()
        .socketUnits();
  }

  @Test
  void ofTwoSocketUnitsWithOnePortTheOneAtTheAddressIsMeant() {
    systemd(
        Optional.of(
            """
            Id=one.socket
            ActiveState=active
            Listen=127.0.0.1:8080 (Stream)
            Accept=yes

            Id=two.socket
            ActiveState=active
            Listen=127.0.0.2:8080 (Stream)
            Accept=no
            """));
    SocketUnit one = new SocketUnit("one.socket", false, List.of(), true);
    SocketUnit two = new SocketUnit("two.socket", false, List.of());
    SocketBuilder[] both = {listens("127.0.0.1"), listens("127.0.0.2")};

    assertThat(socketUnits(at("127.0.0.1"), both)).containsExactly(one);
    assertThat(socketUnits(at("127.0.0.2"), both)).containsExactly(two);
    assertThat(socketUnits(TARGET, both)).containsExactly(one, two);
    assertThat(socketUnits(TARGET, listens("0.0.0.0"))).containsExactly(one, two);
  }

  private static SocketBuilder listens(String address) {
    return SocketBuilder.listener().at(address);
  }

  private static PortTarget at(String address) {
    return new PortTarget(Protocol.TCP, IpAddress.parse(address), new Port(8080));
  }

  @ParameterizedTest
  @CsvSource({"/init.scope, fds.service logind.service", "/system.slice/fds.service, fds.service"})
  void whatASocketWithoutASocketUnitWasStoredByIsTold(String group, String services) {
    kernel.directory("/run/systemd/system", 5).file("/dev/null", "");
    kernel.program(
        "/usr/bin/systemctl",
        line ->
            Optional.of(
                line.contains("*.service")
                    ? """
                    Id=fds.service
                    ActiveState=activating
                    NFileDescriptorStore=1

                    Id=none.service
                    NFileDescriptorStore=0

                    Id=logind.service
                    NFileDescriptorStore=14
                    """
                    : "Id=other.socket\nActiveState=active\nListen=[::]:9 (Stream)\n"));
    planted.directory(Planted.CGROUPS + "/system.slice", 0);
    planted.directory(Planted.CGROUPS + "/system.slice/fds.service", 0);

    assertThat(
            new SupervisionLookup(Host.of(kernel))
                .complete(
                    TARGET,
                    List.of(),
                    List.of(SocketBuilder.listener().owner(0, "root").cgroup(group).build()),
                    List.of(pid1().holds(3, 100).build()))
                .hostContext()
                .storing())
        .extracting(Unit::name)
        .containsExactly(services.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({"process, PROCESS", "none, NONE", "mixed, MIXED", "'', CONTROL_GROUP"})
  void whatEndsWithAUnitIsTold(String word, KillMode mode) {
    systemd(Optional.of("Id=app.service\nActiveState=failed\nKillMode=" + word + "\n"));

    Unit unit = unit(HolderBuilder.holder(900, "app").unit("app.service"));
    assertThat(unit.details().orElseThrow().killMode()).isEqualTo(mode);
    assertThat(unit.details().orElseThrow().state()).isEqualTo("failed");
  }

  @Test
  void aServicesPolicyAndItsTriggersAreTold() {
    systemd(Optional.of(SHOWN));

    SupervisionLookup.Complete complete =
        complete(HolderBuilder.holder(900, "app").unit("app.service"));

    assertThat(complete.holders().getFirst().unit().flatMap(one -> one.content().details()))
        .contains(
            new Unit.Details("active", KillMode.CONTROL_GROUP, "always", 3, List.of("app.socket")));
    assertThat(kernel.spawned()).singleElement().asString().endsWith("show -- app.service");
  }

  private Unit unit(HolderBuilder holder) {
    return complete(holder).holders().getFirst().unit().orElseThrow().content();
  }

  @ParameterizedTest
  @CsvSource({
    "active, true",
    "reloading, true",
    "activating, false",
    "deactivating, false",
    "inactive, false",
    "failed, false",
    "'', false"
  })
  void aUnitIsActiveByItsManagersWord(String state, boolean active) {
    systemd(Optional.of("Id=app.service\nActiveState=" + state + "\nMainPID=0\n"));

    Unit unit = unit(HolderBuilder.holder(900, "app").unit("app.service"));
    assertThat(unit.details().orElseThrow().active()).isEqualTo(active);
    assertThat(unit.main()).isEqualTo(Reading.known(Set.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "'MainPID=900\nControlPID=0', 900",
    "'MainPID=0\nControlPID=901', 901",
    "'MainPID=900\nControlPID=901', 900 901",
    "'MainPID=-1\nControlPID=99999999999', ''",
    "MainPID=x, ''"
  })
  void theMainAndTheControlProcessAreTold(String shown, String main) {
    systemd(Optional.of("Id=app.service\n" + shown.replace("\\n", "\n") + "\n"));
    Set<Pid> pids = new LinkedHashSet<>();
    for (String pid : main.isEmpty() ? new String[0] : main.split(" ", -1)) {
      pids.add(new Pid(Integer.parseInt(pid)));
    }

    assertThat(unit(HolderBuilder.holder(900, "app").unit("app.service")).main())
        .isEqualTo(Reading.known(pids));
  }

  private void child(int pid, String group) {
    kernel.file("/proc/" + pid + "/cgroup", "0::" + group + "\n");
  }

  /** Another user's manager is not asked. */
  @Test
  void theOnlyChildOfAManagerInAUnitIsItsMainProcess() {
    systemd(Optional.of(SHOWN));
    kernel.file("/proc/800/task/800/children", "900 901 902 ");
    child(900, "/user.slice/user-1000.slice/user@1000.service/app.slice/app.service");
    child(901, "/user.slice/user-1000.slice/user@1000.service/app.slice/other.service");
    child(902, "/user.slice/user-1000.slice/user@1000.service/init.scope");
    HolderBuilder app = HolderBuilder.holder(900, "app").userUnit("app.service").below(800, 1);

    assertThat(unit(app).main()).isEqualTo(Reading.known(Set.of(new Pid(900))));

    child(901, "/user.slice/user-1000.slice/user@1000.service/app.slice/app.service/job");
    assertThat(unit(app).main()).isEqualTo(Reading.known(Set.of()));
    assertThat(kernel.spawned()).isEmpty();

    kernel.remove("/proc/800");
    assertThat(unit(app).main()).isEqualTo(Reading.unknown(Reading.Why.VANISHED));
  }

  @Test
  void whereSystemctlTellsNothingTheKernelNamesTheMainProcess() {
    systemd(Optional.empty());
    kernel.file("/proc/1/task/1/children", "900 x 0 ");
    child(900, "/system.slice/app.service");

    assertThat(unit(HolderBuilder.holder(900, "app").unit("app.service").below(1)).main())
        .isEqualTo(Reading.known(Set.of(new Pid(900))));
  }

  @Test
  void withoutAUnitOrWithoutSystemdNobodyIsAsked() {
    systemd(Optional.of(SHOWN));
    complete(HolderBuilder.holder(900, "app"));
    kernel.remove("/run/systemd/system");
    complete(pid1(), HolderBuilder.holder(900, "app").unit("app.service"));

    assertThat(kernel.spawned()).isEmpty();
  }

  @Test
  void aSystemctlThatHangsIsKilledAndNamed() {
    systemd(Optional.empty());
    long before = kernel.clockNanos(1);

    SupervisionLookup.Complete complete = complete(pid1());

    assertThat(kernel.clockNanos(1) - before).isEqualTo(ExternalCommand.TIME.toNanos());
    assertThat(complete.gaps()).extracting(Gap::why).containsExactly(Reading.Why.TIMED_OUT);
  }

  private List<SocketUnit> unitsOf(String group) {
    return new SupervisionLookup(Host.of(kernel))
        .complete(
            TARGET,
            List.of(),
            List.of(SocketBuilder.listener().owner(0, "root").cgroup(group).build()),
            List.of())
        .hostContext()
        .socketUnits();
  }

  @Test
  void whereSystemctlTellsNothingTheControlGroupNamesTheSocketUnit() {
    systemd(Optional.empty());
    planted.directory(Planted.CGROUPS + "/system.slice", 0);

    assertThat(unitsOf("/system.slice/app.socket"))
        .containsExactly(new SocketUnit("app.socket", false, List.of()));
  }

  @Test
  void aControlGroupThatAUserMadeNamesNoSocketUnit() {
    systemd(Optional.empty());
    planted.delegated("/system.slice/jenkins.service", 1000);

    assertThat(unitsOf("/system.slice/jenkins.service/ssh.socket")).isEmpty();
  }

  private static HolderBuilder unitOf(long uid, String name) {
    return HolderBuilder.holder(900, "app")
        .owner(uid, "x")
        .unit(new Statement<>(new Unit(name, true), Speaker.of(new Uid(1000))));
  }

  @Test
  void aUnitOfAnotherUsersManagerIsNotAskedOfOurs() {
    systemd(Optional.of(SHOWN));

    complete(unitOf(1000, "app.service"), unitOf(0, "app.service"));

    assertThat(kernel.spawned()).isEmpty();
  }

  @Test
  void aUnitThatOnlyAUserNamesIsNotAskedOfTheSystemsManager() {
    systemd(Optional.of(SHOWN));
    Unit unit = new Unit("app.service", false);

    complete(
        HolderBuilder.holder(900, "app").unit(new Statement<>(unit, Speaker.of(new Uid(1000)))),
        HolderBuilder.holder(901, "app").unit(new Statement<>(unit, Speaker.ANYBODY)));

    assertThat(kernel.spawned()).isEmpty();
  }

  private Optional<Supervision.Init> init(HolderBuilder holder) {
    return complete(holder).holders().getFirst().supervision().init();
  }

  @Test
  void aUsersManagerRunsRootsFile() {
    HolderBuilder holder =
        HolderBuilder.holder(800, "systemd")
            .executable("/usr/lib/systemd/systemd")
            .cgroup("/user.slice/user-1000.slice/user@1000.service/init.scope");
    planted
        .program("/usr/lib/systemd/systemd", 0)
        .program("/home/alice/systemd", 1000)
        .process(800, 1000, "/usr/lib/systemd/systemd");

    assertThat(init(holder)).contains(Supervision.Init.USER);
    planted.process(800, 1000, "/home/alice/systemd");
    assertThat(init(holder)).isEmpty();
  }
}
