package inuse.core.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds an inventory of our own network namespace, asked for by uid 1000. */
public final class InventoryBuilder {
  private static final Namespace OWN =
      new Namespace(
          Reading.known(4_026_531_840L),
          Optional.empty(),
          "/proc/thread-self/ns/net",
          Optional.empty(),
          Optional.empty(),
          true);

  private static final Reading<Range> EPHEMERAL =
      Reading.known(new Range(new Port(32_768), new Port(60_999)));

  private final List<BoundSocket> sockets = new ArrayList<>();
  private final List<Inventory.Remains> remains = new ArrayList<>();
  private final List<Inventory.Traffic> traffic = new ArrayList<>();
  private final List<UnixSocket> unixSockets = new ArrayList<>();
  private final List<Holder> holders = new ArrayList<>();
  private final Map<PortTarget, Inventory.Context> contexts = new LinkedHashMap<>();
  private final Map<ProcessIdentity, Workplace> workplaces = new LinkedHashMap<>();
  private final List<Inventory.Space> others = new ArrayList<>();
  private final List<LocalAddress> addresses = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private Optional<Workplace> here = Optional.empty();
  private int outgoing;
  private int otherNamespaces;
  private Uid asker = new Uid(1000);

  public static InventoryBuilder inventory() {
    return new InventoryBuilder();
  }

  public InventoryBuilder has(SocketBuilder... some) {
    for (SocketBuilder one : some) {
      sockets.add(one.build());
    }
    return this;
  }

  /** So many of that kind are left, without a process. */
  public InventoryBuilder remains(SocketBuilder last, int count) {
    remains.add(new Inventory.Remains(last.build(), count));
    return this;
  }

  public InventoryBuilder traffic(String address, int port, int open, int over) {
    IpAddress at = IpAddress.parse(address).orElseThrow();
    traffic.add(new Inventory.Traffic(new Endpoint(at, new Port(port)), open, over));
    return this;
  }

  public InventoryBuilder unix(String name, long inode) {
    unixSockets.add(
        new UnixSocket(
            UnixSocket.Type.STREAM,
            SocketState.LISTEN,
            new Untrusted(name),
            Optional.of(new Inode(inode)),
            inode,
            Reading.known(new Account(new Uid(1000), Optional.empty())),
            Reading.known(0L)));
    return this;
  }

  public InventoryBuilder heldBy(HolderBuilder... some) {
    for (HolderBuilder one : some) {
      holders.add(one.build());
    }
    return this;
  }

  /** The process held last works there, in a project on that branch. */
  public InventoryBuilder working(String directory, String project, String branch) {
    return working(
        new Workplace(
            new Untrusted(directory),
            false,
            Optional.of(new Untrusted(project)),
            Optional.of(new Untrusted(branch))));
  }

  /** The directory is gone in which the process works that was added last. */
  public InventoryBuilder workingInWhatIsGone(String directory) {
    return working(
        new Workplace(new Untrusted(directory), true, Optional.empty(), Optional.empty()));
  }

  private InventoryBuilder working(Workplace place) {
    workplaces.put(holders.getLast().identity(), place);
    return this;
  }

  /** Whoever asks is there. */
  public InventoryBuilder here(String directory, String branch) {
    here =
        Optional.of(
            new Workplace(
                new Untrusted(directory),
                false,
                Optional.of(new Untrusted(directory)),
                Optional.of(new Untrusted(branch))));
    return this;
  }

  public InventoryBuilder context(
      Protocol protocol, int port, HostContext host, SearchCoverage coverage) {
    contexts.put(
        new PortTarget(protocol, Optional.empty(), new Port(port)),
        new Inventory.Context(host, coverage));
    return this;
  }

  public InventoryBuilder interfaceHas(String name, String address) {
    addresses.add(
        new LocalAddress(
            IpAddress.parse(address).orElseThrow(),
            new Device(2, new Untrusted(name)),
            LocalAddress.State.READY));
    return this;
  }

  /** Another namespace of that name has the socket. */
  public InventoryBuilder inside(String name, SocketBuilder socket) {
    others.add(
        new Inventory.Space(
            new Namespace(
                Reading.known(4_026_532_000L + others.size()),
                Optional.of(new Untrusted(name)),
                "/run/netns/" + name,
                Optional.empty(),
                Optional.empty(),
                false),
            new Inventory.Bound(List.of(socket.build()), List.of(), List.of(), 0, 0),
            List.of(),
            Reading.known(List.of()),
            EPHEMERAL,
            Map.of()));
    return this;
  }

  public InventoryBuilder outgoing(int count) {
    outgoing = count;
    return this;
  }

  public InventoryBuilder otherNamespaces(int count) {
    otherNamespaces = count;
    return this;
  }

  public InventoryBuilder gap(Gap.Subject subject, String what) {
    gaps.add(new Gap(subject, what, Reading.Why.DENIED, "run as root"));
    return this;
  }

  public InventoryBuilder askedBy(long uid) {
    asker = new Uid(uid);
    return this;
  }

  public Inventory build() {
    List<Inventory.Space> spaces = new ArrayList<>();
    spaces.add(
        new Inventory.Space(
            OWN,
            new Inventory.Bound(sockets, remains, traffic, outgoing, 0),
            unixSockets,
            Reading.known(addresses),
            EPHEMERAL,
            contexts));
    spaces.addAll(others);
    return new Inventory(
        new Moment(1_795_000_000_000L),
        asker,
        spaces,
        holders,
        workplaces,
        here,
        List.of(IpAddress.LOOPBACK_V6, IpAddress.LOOPBACK_V4),
        otherNamespaces,
        gaps);
  }
}
