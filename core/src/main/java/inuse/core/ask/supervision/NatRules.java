package inuse.core.ask.supervision;

import inuse.core.evidence.Detour;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules of the packet filter that send a port's traffic elsewhere, so that a server on it would get
 * none. They are read only where the kernel tracks connections at all, and only as root: no other
 * user may see them.
 */
final class NatRules {
  /**
   * Exists only in network namespaces where connections are tracked, which address translation
   * needs.
   */
  private static final String TRACKED = "/proc/sys/net/netfilter/nf_conntrack_count";

  /** The tables of iptables-legacy. */
  private static final String LEGACY_TABLES = "/proc/net/ip_tables_names";

  private static final List<String> ENVIRONMENT =
      List.of("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");

  private final SystemCalls calls;
  private final Proc proc;
  private final RuleDestinations destinations;
  private Optional<List<RuleSet>> rules = Optional.empty();

  NatRules(Host host) {
    calls = host.calls();
    proc = host.proc();
    destinations = new RuleDestinations(host);
  }

  /** The first rule that sends the target's traffic elsewhere, and whether it is served there. */
  Optional<Detour> detour(PortTarget target) {
    return rule(target).map(one -> new Detour(one, destinations.unserved(one.bytes(), target)));
  }

  /** The first rule that sends the target's traffic elsewhere. */
  Optional<Untrusted> rule(PortTarget target) {
    if (calls.getEffectiveUid() != 0 || !isTracked()) {
      return Optional.empty();
    }
    if (rules.isEmpty()) {
      rules = Optional.of(read());
    }
    return rules.get().stream().flatMap(one -> one.forwarding(target).stream()).findFirst();
  }

  /**
   * Whether connections are tracked: a loaded module with nothing to track costs only this check.
   */
  private boolean isTracked() {
    return proc.text(TRACKED) instanceof CallResult.Ok<String>;
  }

  /** The rules of nf_tables and of the older tables, which may stand beside each other. */
  private List<RuleSet> read() {
    List<RuleSet> all = new ArrayList<>();
    // Where there is no nft, the tables that iptables made in nf_tables are read with its own tool.
    told("/usr/sbin/nft", "-n", "list", "ruleset")
        .or(() -> told("/usr/sbin/iptables-nft-save", "-t", "nat"))
        .ifPresent(text -> all.add(RuleSet.parse(text)));
    boolean legacy =
        proc.text(LEGACY_TABLES) instanceof CallResult.Ok<String>(String tables)
            && tables.contains("nat\n");
    if (legacy) {
      told("/usr/sbin/iptables-legacy-save", "-t", "nat")
          .ifPresent(text -> all.add(RuleSet.parse(text)));
    }
    return all;
  }

  /** What a program prints; where /usr is not merged, it may be in the /sbin beside it. */
  private Optional<String> told(String path, String... arguments) {
    List<String> words = new ArrayList<>(List.of(path));
    words.addAll(List.of(arguments));
    return new ExternalCommand(calls)
        .run(List.of(path, path.substring("/usr".length())), words, ENVIRONMENT)
        .toOptional();
  }
}
