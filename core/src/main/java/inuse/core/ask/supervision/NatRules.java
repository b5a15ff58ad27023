package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.NETLINK_NETFILTER;
import static inuse.kernel.abi.Constants.NFPROTO_INET;
import static inuse.kernel.abi.Constants.NFPROTO_IPV4;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;
import static inuse.kernel.abi.Constants.NFT_MSG_GETCHAIN;
import static inuse.kernel.abi.Constants.NFT_MSG_GETRULE;
import static inuse.kernel.abi.Constants.NFT_MSG_GETSET;
import static inuse.kernel.abi.Constants.NFT_MSG_GETSETELEM;
import static inuse.kernel.abi.Constants.NFT_SET_INTERVAL;
import static inuse.kernel.abi.Constants.NF_INET_PRE_ROUTING;

import inuse.core.evidence.Detour;
import inuse.core.evidence.Gap;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.netfilter.Chain;
import inuse.kernel.netfilter.Element;
import inuse.kernel.netfilter.NfTables;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rules of the packet filter that send a port's traffic elsewhere, so that a server on it would get
 * none. The kernel is asked itself, for whatever tool has made them: nf_tables over netlink, the
 * older tables of iptables by getsockopt(2). They are read only where it tracks connections at all,
 * and only as root: no other user may see them.
 */
final class NatRules {
  /** Rules, or elements of one set, that are read. */
  static final int MAX_READ = 20_000;

  /**
   * Exists only in network namespaces where connections are tracked, which address translation
   * needs.
   */
  private static final String TRACKED = "/proc/sys/net/netfilter/nf_conntrack_count";

  private static final String MODULES = "/proc/modules";

  private final SystemCalls calls;
  private final Proc proc;
  private final Deadline deadline;
  private final RuleDestinations destinations;
  private final List<Gap> gaps = new ArrayList<>();
  private final Map<NfTables.Set, FilterSet> sets = new HashMap<>();
  private Optional<List<PacketFilter>> filters = Optional.empty();

  NatRules(Host host) {
    calls = host.calls();
    proc = host.proc();
    deadline = host.deadline();
    destinations = new RuleDestinations(host);
  }

  /** What was not read of the rules that were asked for. */
  List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** The first rule that sends the target's traffic elsewhere, and whether it is served there. */
  Optional<Detour> detour(PortTarget target) {
    return way(target)
        .map(way -> new Detour(way.words(), destinations.unserved(way.places(), target)));
  }

  /** The first rule that sends the target's traffic elsewhere. */
  Optional<Untrusted> rule(PortTarget target) {
    return way(target).map(PacketFilter.Way::words);
  }

  private Optional<PacketFilter.Way> way(PortTarget target) {
    if (calls.getEffectiveUid() != 0 || !isTracked()) {
      return Optional.empty();
    }
    return LookingRights.forRules(
        calls,
        () -> {
          if (filters.isEmpty()) {
            filters = Optional.of(read());
          }
          return filters.get().stream().flatMap(one -> one.way(target).stream()).findFirst();
        });
  }

  /**
   * Whether connections are tracked: a loaded module with nothing to track costs only this check.
   */
  private boolean isTracked() {
    return proc.text(TRACKED) instanceof CallResult.Ok<String>;
  }

  /** The rules of nf_tables and of the older tables, which may stand beside each other. */
  private List<PacketFilter> read() {
    List<PacketFilter> all = new ArrayList<>();
    List<Chain> chains = isPerhapsThere() ? dump(NFT_MSG_GETCHAIN, NfTables::chain) : List.of();
    if (chains.stream().anyMatch(NatRules::isBeginning)) {
      Map<NfTables.Set, Integer> flags = new HashMap<>();
      all.add(
          new PacketFilter(
              chains,
              dump(NFT_MSG_GETRULE, NfTables::rule),
              (family, table, name) -> set(flags, new NfTables.Set(family, table, name, 0))));
    }
    LegacyTables legacy = new LegacyTables(calls, proc);
    all.addAll(legacy.read());
    gaps.addAll(legacy.gaps());
    return all;
  }

  /**
   * Whether nf_tables may be loaded: where it is a module that is not, to ask for its chains would
   * load it. A kernel that has only this part of connection tracking built in lists its modules for
   * translation, nft_chain_nat and the like.
   */
  private boolean isPerhapsThere() {
    return !(proc.text(MODULES) instanceof CallResult.Ok<String>(String modules))
        || !modules.contains("nf_conntrack ")
        || modules.contains("nf_tables ")
        || modules.contains("nft_");
  }

  private static boolean isBeginning(Chain chain) {
    return chain.hook() == NF_INET_PRE_ROUTING
        && (chain.family() == NFPROTO_IPV4
            || chain.family() == NFPROTO_IPV6
            || chain.family() == NFPROTO_INET);
  }

  /** A set, which is read when a rule looks something up in it. */
  private Optional<FilterSet> set(Map<NfTables.Set, Integer> flags, NfTables.Set wanted) {
    if (flags.isEmpty()) {
      for (NfTables.Set one : dump(NFT_MSG_GETSET, NfTables::set)) {
        flags.put(new NfTables.Set(one.family(), one.table(), one.name(), 0), one.flags());
      }
    }
    Integer found = flags.get(wanted);
    if (found == null) {
      return Optional.empty();
    }
    return Optional.of(
        sets.computeIfAbsent(
            wanted, any -> FilterSet.of((found & NFT_SET_INTERVAL) != 0, elements(wanted))));
  }

  private List<Element> elements(NfTables.Set set) {
    List<Element> elements = new ArrayList<>();
    dump(
            NFT_MSG_GETSETELEM,
            NfTables.elementsRequest(set.family(), set.table(), set.name()),
            NfTables::elements)
        .forEach(elements::addAll);
    return elements;
  }

  private <T> List<T> dump(int message, NetlinkSocket.Codec<T> codec) {
    return dump(message, NfTables.request(), codec);
  }

  private <T> List<T> dump(int message, byte[] payload, NetlinkSocket.Codec<T> codec) {
    Bound<T> bound = new Bound<>();
    NetlinkSocket.Dump<T> dump =
        new NetlinkSocket(calls, NETLINK_NETFILTER)
            .dump(
                NfTables.type(message),
                payload,
                codec,
                bound,
                deadline.soonerNanos(Deadline.OF_A_DUMP));
    if (bound.kept > MAX_READ) {
      gaps.add(gap(Reading.Why.TOO_MANY));
    } else if (dump.end() instanceof DumpEnd.Torn) {
      gaps.add(gap(Reading.Why.UNREADABLE));
    }
    return dump.records();
  }

  static Gap gap(Reading.Why why) {
    return new Gap(
        Gap.Subject.PACKET_FILTER,
        "rules of the packet filter",
        why,
        "nft list ruleset, or iptables-legacy-save, may show one that sends this port elsewhere");
  }

  /** Keeps no more than is read. */
  private static final class Bound<T> implements NetlinkSocket.Filter<T> {
    private int kept;

    @Override
    public void begin() {
      kept = 0;
    }

    @Override
    public boolean keeps(T candidate) {
      return ++kept <= MAX_READ;
    }
  }
}
