package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Inventory;
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
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Listing;
import java.util.List;
import java.util.Optional;

/** A list with a row of each kind. */
final class ListExamples {
  private static final long NOW = 1_795_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  private ListExamples() {}

  static Listing everything() {
    return Listing.of(
        servers(project(inventory().askedBy(0).here("/home/alice/shop", "main"))).build());
  }

  /** Of those rows the ones that the README shows, by root and of a host with nothing else. */
  static Listing ofReadme() {
    Inventory all = everything().inventory();
    Inventory.Space here = all.spaces().getFirst();
    Inventory.Bound bound = here.bound();
    List<BoundSocket> shown =
        bound.sockets().stream().filter(one -> one.local().port().number() != 8081).toList();
    return Listing.of(
        new Inventory(
            all.takenAt(),
            all.asker(),
            List.of(
                new Inventory.Space(
                    here.where(),
                    new Inventory.Bound(shown, bound.remains(), bound.traffic(), 0, 0),
                    List.of(),
                    here.addresses(),
                    here.ephemeral(),
                    here.contexts())),
            all.holders(),
            all.workplaces(),
            all.here(),
            all.localhost(),
            0,
            List.of()));
  }

  /** The servers of the directory that one is in. */
  private static InventoryBuilder project(InventoryBuilder inventory) {
    Container database =
        new Container(Container.Engine.DOCKER, "ab".repeat(32))
            .with(
                new Container.Details(
                    Optional.of("shop-db"),
                    Optional.of(new Untrusted("docker.io/library/postgres:17")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("shop")));
    ProcessManager tmux =
        new ProcessManager(
            ProcessManager.Kind.TMUX,
            new ProcessIdentity(new Pid(4), 1),
            Optional.of("dev:2"),
            Optional.empty());
    return inventory
        .has(
            listener().port(3000).inode(1),
            listener().at("127.0.0.1").port(5173).inode(2),
            listener().at("127.0.0.1").port(5432).inode(3).owner(0, "root"))
        .heldBy(
            holder(22_445, "MainThread")
                .executable("/usr/bin/node")
                .arguments("node", "/home/alice/shop/api/server.js")
                .owner(1000, "ann")
                .holds(3, 1)
                .below(1)
                .reparented(true, false)
                .startedAt(NOW - 2 * DAY))
        .working("/home/alice/shop/api", "/home/alice/shop", "main")
        .heldBy(
            holder(31_021, "vite")
                .executable("/usr/bin/node")
                .arguments("node", "/home/alice/shop/node_modules/.bin/vite")
                .owner(1000, "ann")
                .holds(3, 2)
                .below(700, 1)
                .overseer(tmux)
                .startedAt(NOW - 14 * MINUTE))
        .working("/home/alice/shop/web", "/home/alice/shop", "main")
        .heldBy(
            holder(3391, "docker-proxy")
                .executable("/usr/bin/docker-proxy")
                .owner(0, "root")
                .holds(3, 3)
                .below(1)
                .forwarder(
                    new PortProxy(
                        Container.Engine.DOCKER,
                        Optional.of(database),
                        Optional.of(new Port(5432)),
                        true))
                .startedAt(NOW - 3 * DAY))
        .traffic("127.0.0.1", 5173, 2, 0)
        .traffic("127.0.0.1", 5432, 4, 0);
  }

  private static InventoryBuilder servers(InventoryBuilder inventory) {
    inventory
        .has(
            listener().port(22).inode(10).owner(0, "root"),
            listener().port(80).inode(11).owner(0, "root"),
            listener().port(443).inode(12).owner(0, "root"),
            socket(SocketState.BOUND).udp().port(4789).inode(13).owner(0, "root").cgroup("/"),
            socket(SocketState.BOUND).at("127.0.0.1").port(7001).inode(14).reuseAddress(true),
            listener().at("10.0.0.5").port(9100).inode(15).uid(997).unknownOptions(),
            listener().at("127.0.0.1").port(8081).inode(16))
        .interfaceHas("eth0", "10.0.0.5")
        .remains(timeWait(42_000).at("127.0.0.1").port(9000), 3)
        .unix("/run/user/1000/systemd/private/app.sock", 17);
    holders(inventory);
    KernelUser vxlan = new KernelUser("vxlan", Optional.of(new Untrusted("vxlan0")), true);
    SearchCoverage searched =
        new SearchCoverage(SearchCoverage.Rights.ROOT, true, true, List.of(vxlan), List.of());
    SearchCoverage unit =
        new SearchCoverage(
            SearchCoverage.Rights.ROOT,
            true,
            false,
            List.of(),
            List.of(
                new SearchCoverage.CgroupSupervision(
                    new Untrusted("/system.slice/node_exporter.service"),
                    Optional.of(Statement.ofRoot(new Unit("node_exporter.service", false))),
                    Optional.empty())));
    HostContext ssh =
        new HostContext(
            List.of(new SocketUnit("ssh.socket", false, List.of("ssh.service"))),
            List.of(),
            Optional.empty(),
            false);
    return inventory
        .context(Protocol.UDP, 4789, HostContext.NONE, searched)
        .context(Protocol.TCP, 9100, HostContext.NONE, unit)
        .context(Protocol.TCP, 22, ssh, SearchCoverage.NOT_NEEDED)
        .inside("blue", listener().port(80).inode(18))
        .outgoing(12)
        .otherNamespaces(3)
        .gap(Gap.Subject.OPEN_FILES, "/proc/PID/fd of 2 processes");
  }

  private static void holders(InventoryBuilder inventory) {
    inventory
        .heldBy(
            holder(1, "systemd")
                .owner(0, "root")
                .holds(3, 10)
                .manager(Supervision.Init.SYSTEM)
                .startedAt(NOW - 9 * DAY),
            holder(1699, "nginx")
                .owner(0, "root")
                .holds(3, 11)
                .holds(4, 12)
                .below(1)
                .unit("nginx.service")
                .startedAt(NOW - 9 * DAY),
            holder(1700, "nginx").owner(33, "www-data").holds(3, 11).holds(4, 12).below(1699, 1),
            holder(1701, "nginx").owner(33, "www-data").holds(3, 11).holds(4, 12).below(1699, 1),
            holder(1710, "lab")
                .owner(1000, "ann")
                .holds(3, 14)
                .below(700, 1)
                .startedAt(NOW - 120 * MINUTE))
        .working("/home/alice/lab", "/home/alice/lab", "fix-42")
        .heldBy(
            holder(4711, "java")
                .arguments("java", "-cp", "x", "org.example.orders.OrdersApplication")
                .owner(1000, "ann")
                .holds(3, 16)
                .below(700, 1)
                .startedAt(NOW - 40_000))
        .workingInWhatIsGone("/home/alice/orders")
        .heldBy(holder(905, "gunicorn").owner(33, "www-data").holds(3, 17).below(1));
  }
}
