package inuse.core.ask.supervision;

import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
  private Optional<String> rules = Optional.empty();

  NatRules(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /** The first rule that sends the target's traffic elsewhere. */
  Optional<Untrusted> rule(PortTarget target) {
    if (calls.getEffectiveUid() != 0 || !isTracked()) {
      return Optional.empty();
    }
    if (rules.isEmpty()) {
      rules = Optional.of(read());
    }
    for (String line : rules.get().split("\n", -1)) {
      if (forwards(line, target.protocol(), target.port())) {
        return Optional.of(new Untrusted(line.trim()));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether connections are tracked: a loaded module with nothing to track costs only this check.
   */
  private boolean isTracked() {
    return proc.text(TRACKED) instanceof CallResult.Ok<String>;
  }

  private String read() {
    boolean legacy =
        proc.text(LEGACY_TABLES) instanceof CallResult.Ok<String>(String tables)
            && tables.contains("nat\n");
    Reading<String> told =
        legacy
            ? new ExternalCommand(calls)
                .run(
                    List.of("/usr/sbin/iptables-legacy-save", "/sbin/iptables-legacy-save"),
                    List.of("iptables-legacy-save", "-t", "nat"),
                    ENVIRONMENT)
            : new ExternalCommand(calls)
                .run(
                    List.of("/usr/sbin/nft", "/sbin/nft"),
                    List.of("nft", "-n", "list", "ruleset"),
                    ENVIRONMENT);
    return told.toOptional().orElse("");
  }

  /** Whether a rule, as nft(8) or iptables-save(8) writes it, redirects the port. */
  static boolean forwards(String line, Protocol protocol, Port port) {
    boolean translates =
        line.contains(" dnat ")
            || line.contains(" redirect")
            || line.contains("-j DNAT")
            || line.contains("-j REDIRECT");
    return translates
        && (names(line, protocol.word() + " dport ", port)
            || (names(line, "--dport ", port) && line.contains("-p " + protocol.word() + " ")));
  }

  /** Whether those words are followed by that port, or a range or set that contains it. */
  private static boolean names(String line, String words, Port port) {
    int at = line.indexOf(words);
    if (at < 0) {
      return false;
    }
    String rest = line.substring(at + words.length());
    int end = rest.startsWith("{") ? rest.indexOf('}') : rest.indexOf(' ');
    String ports = rest.substring(0, end < 0 ? rest.length() : end);
    for (String one : ports.split("[{, ]+", -1)) {
      String[] range = one.split("[:-]", -1);
      OptionalLong first = Numeral.decimal(range[0]);
      OptionalLong last = Numeral.decimal(range[range.length - 1]);
      if (first.isPresent()
          && last.isPresent()
          && first.getAsLong() <= port.number()
          && port.number() <= last.getAsLong()) {
        return true;
      }
    }
    return false;
  }
}
