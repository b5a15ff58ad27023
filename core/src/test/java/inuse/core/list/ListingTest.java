package inuse.core.list;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.InventoryBuilder;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes a row, and what a row says. */
final class ListingTest {
  private static List<Row> rows(InventoryBuilder inventory) {
    return Listing.of(inventory.build()).rows();
  }

  private static Row only(InventoryBuilder inventory) {
    List<Row> rows = rows(inventory);
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private static Row.Held.Ports ports(Row row) {
    return (Row.Held.Ports) row.held();
  }

  private static List<Integer> numbers(Row row) {
    return ports(row).ports().stream().map(Port::number).toList();
  }

  @Test
  void thePortsOfOneHolderAreOneRow() {
    Row row =
        only(
            inventory()
                .has(
                    listener().port(443).inode(2),
                    listener().port(80).inode(1),
                    listener().at("::").port(80).inode(3))
                .heldBy(holder(10, "nginx").holds(3, 1).holds(4, 2).holds(5, 3)));

    assertThat(numbers(row)).containsExactly(80, 443);
    assertThat(row.sockets()).isEqualTo(3);
    assertThat(row.causeId()).contains("listener");
    assertThat(row.holder().orElseThrow().pid()).isEqualTo(new Pid(10));
  }

  @Test
  void ofSocketsThatDifferOnlyInTheirPortsOneMayBeKeptAliveInAnotherWay() {
    List<Row> rows =
        rows(
            inventory()
                .has(
                    listener().port(80).inode(1),
                    listener().port(81).inode(2),
                    listener().port(82).inode(3))
                .heldBy(holder(10, "ring").holds(3, 1).holds(4, 3).keeps(2, Via.IO_URING, true)));

    assertThat(rows)
        .extracting(row -> row.causeId().orElseThrow(), ListingTest::numbers)
        .containsExactly(
            tuple("listener", List.of(80, 82)), tuple("unlisted-reference", List.of(81)));
  }

  @Test
  void workersAreFoldedUnderTheirMaster() {
    Row row =
        only(
            inventory()
                .has(listener().port(80).inode(1))
                .heldBy(
                    holder(8, "nginx").holds(3, 1).below(9, 1),
                    holder(9, "nginx").holds(3, 1).below(1),
                    holder(12, "nginx").holds(3, 1).below(9, 1)));

    assertThat(row.holder().orElseThrow().pid()).isEqualTo(new Pid(9));
    assertThat(row.workers()).isEqualTo(2);
    assertThat(row.holders()).hasSize(3);
  }

  @Test
  void whatIsReachedOrBlocksInAnotherWayIsAnotherRow() {
    List<Row> rows =
        rows(
            inventory()
                .has(
                    listener().port(80).inode(1),
                    listener().at("127.0.0.1").port(8081).inode(2),
                    socket(SocketState.BOUND)
                        .at("127.0.0.1")
                        .port(7001)
                        .inode(3)
                        .reuseAddress(true))
                .heldBy(holder(10, "nginx").holds(3, 1).holds(4, 2).holds(5, 3)));

    assertThat(rows)
        .extracting(ListingTest::numbers)
        .containsExactly(List.of(80), List.of(7001), List.of(8081));
    assertThat(rows)
        .extracting(row -> ports(row).blocks())
        .containsExactly(Blocks.ALL, Blocks.PLAIN, Blocks.ALL);
    assertThat(rows)
        .extracting(row -> row.causeId().orElseThrow())
        .containsExactly("listener", "bound-not-listening", "listener");
    assertThat(rows).extracting(Row::key).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, EVERYONE",
    "::, EVERYONE",
    "93.184.216.34, EVERYONE",
    "2001:db8::1, EVERYONE",
    "10.1.2.3, LAN",
    "172.16.0.1, LAN",
    "172.32.0.1, EVERYONE",
    "192.168.1.9, LAN",
    "169.254.1.1, LAN",
    "100.64.0.1, LAN",
    "100.128.0.1, EVERYONE",
    "fd00::1, LAN",
    "fe80::1, LAN",
    "127.0.0.53, LOCAL",
    "::1, LOCAL",
    "::ffff:127.0.0.1, LOCAL",
    "::ffff:10.0.0.1, LAN",
  })
  void whoCanReachItFollowsFromTheAddress(String address, Reach.Kind kind) {
    Row row =
        only(inventory().has(listener().at(address).inode(1)).heldBy(holder(1, "a").holds(3, 1)));

    assertThat(ports(row).reach().kind()).isEqualTo(kind);
  }

  @Test
  void theInterfaceIsTheOneThatHasTheAddressOrThatItIsBoundTo() {
    List<Row> rows =
        rows(
            inventory()
                .interfaceHas("eth0", "10.0.0.5")
                .has(
                    listener().at("10.0.0.5").port(1).inode(1),
                    listener().device(3, "wg0").port(2).inode(2),
                    listener().device(1, "lo").port(3).inode(3)));

    assertThat(rows)
        .extracting(row -> ports(row).reach())
        .containsExactly(
            new Reach(Reach.Kind.LAN, Optional.of(new Untrusted("eth0"))),
            new Reach(Reach.Kind.EVERYONE, Optional.of(new Untrusted("wg0"))),
            new Reach(Reach.Kind.LOCAL, Optional.empty()));
  }

  @Test
  void whatAnotherNamespaceHasIsInside() {
    List<Row> rows =
        rows(
            inventory()
                .inside("web", listener().port(80).inode(7))
                .heldBy(holder(9, "a").holds(3, 7)));

    assertThat(ports(rows.getFirst()).reach().kind()).isEqualTo(Reach.Kind.INSIDE);
    assertThat(rows.getFirst().where().name()).contains(new Untrusted("web"));
    assertThat(rows.getFirst().isExposed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "LISTEN, false, false, ALL",
    "LISTEN, true, false, ALL",
    "LISTEN, false, true, OTHERS",
    "BOUND, true, false, PLAIN",
    "BOUND, false, false, ALL",
  })
  void whomItBlocksFollowsFromTheBindRule(
      SocketState state, boolean reuseAddress, boolean reusePort, Blocks blocks) {
    Row row =
        only(
            inventory()
                .has(socket(state).reuseAddress(reuseAddress).reusePort(reusePort).inode(1))
                .heldBy(holder(1, "a").holds(3, 1)));

    assertThat(ports(row).blocks()).isEqualTo(blocks);
  }

  @Test
  void optionsThatCouldNotBeReadMatterOnlyWhereTheyDecide() {
    List<Row> rows =
        rows(
            inventory()
                .has(
                    listener().port(1).owner(0, "root").inode(1).unknownOptions(),
                    listener().port(2).inode(2).unknownOptions(),
                    socket(SocketState.BOUND).port(3).owner(0, "root").inode(3).unknownOptions()));

    assertThat(rows)
        .extracting(row -> ports(row).blocks())
        .containsExactly(Blocks.ALL, Blocks.UNSURE, Blocks.UNSURE);
  }

  @Test
  void connectionsAreTheClientsOfTheListenerAtTheirAddress() {
    List<Row> rows =
        rows(
            inventory()
                .has(
                    listener().at("0.0.0.0").inode(1),
                    listener().at("127.0.0.1").inode(2),
                    listener().at("::").inode(3).ipv6Only(true),
                    socket(SocketState.BOUND).udp().inode(4))
                .heldBy(
                    holder(1, "a").holds(3, 1),
                    holder(2, "b").holds(3, 2),
                    holder(3, "c").holds(3, 3),
                    holder(4, "d").holds(3, 4))
                .traffic("127.0.0.1", 8080, 2, 9)
                .traffic("10.0.0.1", 8080, 3, 0)
                .traffic("::1", 8080, 5, 0));

    assertThat(rows)
        .extracting(row -> row.holder().orElseThrow().command().bytes(), Row::clients)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("a", OptionalInt.of(3)),
            org.assertj.core.groups.Tuple.tuple("b", OptionalInt.of(2)),
            org.assertj.core.groups.Tuple.tuple("c", OptionalInt.of(5)),
            org.assertj.core.groups.Tuple.tuple("d", OptionalInt.empty()));
  }

  @Test
  void whatIsLeftOfConnectionsIsOneRowAPortAndTheKernels() {
    Row row = only(inventory().remains(timeWait(42_000).port(9000), 3));

    assertThat(row.sockets()).isEqualTo(3);
    assertThat(row.causeId()).contains("time-wait");
    assertThat(row.keeper()).isEqualTo(new Keeper.Kernel(List.of()));
  }

  @Test
  void aClientsPortIsARowOfThatClient() {
    Row row =
        only(
            inventory().has(outgoing().port(8080).inode(1)).heldBy(holder(5, "slack").holds(3, 1)));

    assertThat(row.causeId()).contains("outgoing-connection");
    assertThat(row.clients()).isEmpty();
  }

  @Test
  void aConnectionWithoutItsListenerIsARowToo() {
    Row row = only(inventory().has(accepted().inode(1)).heldBy(holder(5, "a").holds(3, 1)));

    assertThat(row.causeId()).contains("open-connection");
  }

  @Test
  void aUnixSocketIsARowByItsName() {
    Row row = only(inventory().unix("/run/app.sock", 5).heldBy(holder(5, "gunicorn").holds(3, 5)));

    assertThat(row.held()).isInstanceOf(Row.Held.Name.class);
    assertThat(row.port()).isEmpty();
    assertThat(row.holder().orElseThrow().pid()).isEqualTo(new Pid(5));
  }

  private static Keeper keeper(HolderBuilder holder) {
    return only(inventory().has(listener().inode(1)).heldBy(holder.holds(3, 1))).keeper();
  }

  @Test
  void aServiceKeepsWhatIsInItsGroup() {
    assertThat(keeper(holder(5, "nginx").below(1).unit("nginx.service")))
        .isEqualTo(new Keeper.Service("nginx.service", false, true));
  }

  @Test
  void whoMerelySaysWhatItIsIsNotBelieved() {
    Statement<Unit> said =
        new Statement<>(new Unit("nginx.service", false), Speaker.of(new Uid(4000)));

    assertThat(keeper(holder(5, "nginx").below(1).unit(said)))
        .isEqualTo(new Keeper.Service("nginx.service", false, false));
  }

  @Test
  void whatRestartsItComesBeforeTheUnitThatItRunsIn() {
    ProcessManager pm2 =
        new ProcessManager(
            ProcessManager.Kind.PM2,
            new ProcessIdentity(new Pid(4), 1),
            Optional.of("api"),
            Optional.empty());

    assertThat(keeper(holder(5, "node").below(4, 1).unit("pm2-root.service").overseer(pm2)))
        .isEqualTo(new Keeper.Overseer(pm2, true));
  }

  @Test
  void aPublishedPortIsKeptByItsContainer() {
    Container container = new Container(Container.Engine.DOCKER, "a".repeat(64));
    PortProxy proxy =
        new PortProxy(
            Container.Engine.DOCKER, Optional.of(container), Optional.of(new Port(80)), true);

    assertThat(keeper(holder(5, "docker-proxy").below(1).forwarder(proxy)))
        .isEqualTo(
            new Keeper.InContainer(
                Container.Engine.DOCKER,
                Optional.of(container),
                Optional.empty(),
                true,
                Optional.of(new Port(80)),
                false,
                true));
  }

  @Test
  void systemdHoldsASocketForItsUnit() {
    HostContext context =
        new HostContext(
            List.of(new SocketUnit("ssh.socket", false, List.of("ssh.service"))),
            List.of(),
            Optional.empty(),
            false);
    Row row =
        only(
            inventory()
                .has(listener().port(22).inode(1).owner(0, "root"))
                .heldBy(holder(1, "systemd").holds(3, 1).manager(Supervision.Init.SYSTEM))
                .context(Protocol.TCP, 22, context, SearchCoverage.NOT_NEEDED));

    assertThat(row.causeId()).contains("socket-activation");
    assertThat(row.keeper())
        .isEqualTo(new Keeper.SocketUnits(List.of("ssh.socket"), List.of("ssh.service")));
  }

  @Test
  void aSocketOfTheKernelIsItsDevices() {
    KernelUser vxlan = new KernelUser("vxlan", Optional.of(new Untrusted("vxlan0")), true);
    Row row =
        only(
            inventory()
                .askedBy(0)
                .has(
                    socket(SocketState.BOUND)
                        .udp()
                        .port(4789)
                        .inode(1)
                        .owner(0, "root")
                        .cgroup("/"))
                .context(
                    Protocol.UDP,
                    4789,
                    HostContext.NONE,
                    new SearchCoverage(
                        SearchCoverage.Rights.ROOT, true, true, List.of(vxlan), List.of())));

    assertThat(row.causeId()).contains("kernel-socket");
    assertThat(row.keeper()).isEqualTo(new Keeper.Kernel(List.of(vxlan)));
  }

  @Test
  void aHiddenHolderIsNamedByTheGroupInWhichTheSocketWasMade() {
    String group = "/system.slice/node_exporter.service";
    SearchCoverage coverage =
        new SearchCoverage(
            SearchCoverage.Rights.USER,
            true,
            false,
            List.of(),
            List.of(
                new SearchCoverage.CgroupSupervision(
                    new Untrusted(group),
                    Optional.of(Statement.ofRoot(new Unit("node_exporter.service", false))),
                    Optional.empty())));
    List<Row> rows =
        rows(
            inventory()
                .has(
                    listener().port(9100).inode(1).uid(997).cgroup(group).unknownOptions(),
                    listener().port(9200).inode(2).uid(997).unknownOptions())
                .context(Protocol.TCP, 9100, HostContext.NONE, coverage));

    assertThat(rows)
        .extracting(Row::keeper)
        .containsExactly(
            new Keeper.Service("node_exporter.service", false, true), new Keeper.Hidden());
    assertThat(rows).extracting(row -> row.owner().orElseThrow().uid()).containsOnly(new Uid(997));
  }

  @Test
  void whatLostItsStarterIsLeftOverAndADaemonIsNot() {
    assertThat(keeper(holder(5, "node").below(1).reparented(true, false)))
        .isEqualTo(new Keeper.LeftOver(Keeper.LeftOver.Why.STARTER));
    assertThat(keeper(holder(5, "node").below(1).terminalClosed()))
        .isEqualTo(new Keeper.LeftOver(Keeper.LeftOver.Why.STARTER));
    assertThat(keeper(holder(5, "nginx").below(1).reparented(false, true)))
        .isEqualTo(new Keeper.Nobody(false));
    assertThat(keeper(holder(5, "nginx").below(1).reparented(false, false)))
        .isEqualTo(new Keeper.Nobody(true));
    assertThat(keeper(holder(5, "node").below(700, 1))).isEqualTo(new Keeper.Nobody(false));
  }

  @Test
  void whatWorksInADirectoryThatIsGoneIsLeftOverUnlessSomethingKeepsIt() {
    InventoryBuilder alone =
        inventory()
            .has(listener().inode(1))
            .heldBy(holder(5, "node").holds(3, 1).below(700, 1))
            .workingInWhatIsGone("/home/alice/wt");
    InventoryBuilder kept =
        inventory()
            .has(listener().inode(1))
            .heldBy(holder(5, "node").holds(3, 1).below(1).unit("app.service"))
            .workingInWhatIsGone("/srv/releases/7");

    assertThat(only(alone).keeper()).isEqualTo(new Keeper.LeftOver(Keeper.LeftOver.Why.DIRECTORY));
    assertThat(only(kept).isLeftOver()).isFalse();
  }

  @Test
  void aRowKeepsItsKeyWhileItsProcessLives() {
    Row before =
        only(inventory().has(listener().port(80).inode(1)).heldBy(holder(9, "a").holds(3, 1)));
    Row after =
        only(
            inventory()
                .has(listener().port(80).inode(1), listener().port(443).inode(2))
                .heldBy(
                    holder(9, "a").holds(3, 1).holds(4, 2), holder(11, "a").holds(3, 1).below(9)));
    Row other =
        only(
            inventory()
                .has(listener().port(80).inode(1))
                .heldBy(holder(9, "a").holds(3, 1).startedAtTick(77)));

    assertThat(after.key()).isEqualTo(before.key());
    assertThat(other.key()).isNotEqualTo(before.key());
  }
}
