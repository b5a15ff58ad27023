package inuse.core.ask.supervision;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules of a packet filter, as nft(8) or iptables-save(8) writes them. A rule that names a port
 * may translate by itself, jump to a chain that does (as kube-proxy's do), or look the port up in a
 * map.
 */
final class RuleSet {
  private static final List<String> TRANSLATIONS =
      List.of(" dnat ", " redirect", "-j DNAT", "-j REDIRECT", "-j TPROXY", " tproxy ");

  private static final List<String> JUMPS = List.of("-j ", "-g ", "jump ", "goto ");

  /** All rules, and those of each chain. */
  private final List<String> rules = new ArrayList<>();

  private final Map<String, List<String>> chains = new HashMap<>();

  /** The elements of each named map. */
  private final Map<String, String> maps = new HashMap<>();

  private RuleSet() {}

  static RuleSet parse(String text) {
    RuleSet set = new RuleSet();
    String chain = "";
    String map = "";
    for (String line : Fields.split(text, '\n')) {
      String rule = line.trim();
      if (rule.startsWith("chain ") && rule.endsWith("{")) {
        chain = word(rule, "chain ");
        map = "";
      } else if (rule.startsWith("map ") && rule.endsWith("{")) {
        map = word(rule, "map ");
      } else if (!map.isEmpty()) {
        set.maps.merge(map, rule, (before, more) -> before + " " + more);
        map = rule.equals("}") ? "" : map;
      } else if (rule.startsWith("-A ")) {
        set.add(word(rule, "-A "), rule);
      } else if (!chain.isEmpty()) {
        set.add(chain, rule);
      }
    }
    return set;
  }

  private void add(String chain, String rule) {
    rules.add(rule);
    chains.computeIfAbsent(chain, name -> new ArrayList<>()).add(rule);
  }

  /** The first rule that sends the target's traffic elsewhere. */
  Optional<Untrusted> forwarding(PortTarget target) {
    return rules.stream()
        .filter(rule -> isOfAddress(rule, target) && forwards(rule, target))
        .findFirst()
        .map(Untrusted::new);
  }

  private boolean forwards(String rule, PortTarget target) {
    String protocol = target.protocol().word();
    boolean named =
        names(rule, protocol + " dport ", target)
            || (names(rule, "--dport ", target) && rule.contains("-p " + protocol + " "));
    return named ? translates(rule, new HashSet<>()) : isInMap(rule, target);
  }

  /** Whether a rule translates, or jumps to a chain that does. */
  private boolean translates(String rule, Set<String> seen) {
    if (TRANSLATIONS.stream().anyMatch(rule::contains) || rule.startsWith("dnat ")) {
      return true;
    }
    return JUMPS.stream()
        .map(jump -> word(rule, jump))
        .filter(seen::add)
        .flatMap(chain -> chains.getOrDefault(chain, List.of()).stream())
        .anyMatch(next -> translates(next, seen));
  }

  /** Whether the rule looks the port up in a map, and is told a translation. */
  private boolean isInMap(String rule, PortTarget target) {
    int at = Math.max(rule.indexOf("dport vmap "), rule.indexOf("dport map "));
    if (at < 0) {
      return false;
    }
    String map = rule.substring(rule.indexOf("map ", at) + "map ".length());
    String elements = map.startsWith("@") ? maps.getOrDefault(word(map, "@"), "") : map;
    int open = elements.indexOf('{');
    int close = elements.indexOf('}', open);
    if (open < 0 || close < 0) {
      return false;
    }
    boolean verdicts = rule.startsWith("vmap", at + "dport ".length());
    return Stream.of(Fields.split(elements.substring(open + 1, close), ','))
        .map(element -> Fields.split(element.trim(), ':', 2))
        .filter(element -> element.length == 2)
        .anyMatch(element ->
            isKeyOf(element[0], rule, target)
                && (!verdicts || translates(element[1].trim(), new HashSet<>())));
  }

  /** Whether a key, {@code 30443} or {@code 10.0.0.1 . tcp . 30443}, is that of the target. */
  private static boolean isKeyOf(String key, String rule, PortTarget target) {
    List<String> parts =
        Stream.of(Fields.split(key, ' '))
            .filter(one -> !one.isEmpty() && !one.equals("."))
            .toList();
    if (parts.isEmpty() || !isIn(parts.getLast(), target)) {
      return false;
    }
    String protocol = target.protocol().word();
    boolean said = parts.contains("tcp") || parts.contains("udp");
    return (said ? parts.contains(protocol) : rule.contains(protocol + " dport"))
        && parts.stream()
            .flatMap(part -> IpAddress.parse(part).stream())
            .allMatch(address -> target.address().filter(one -> !one.equals(address)).isEmpty());
  }

  /** Whether those words are followed by the port, or a range or set that contains it. */
  private static boolean names(String rule, String words, PortTarget target) {
    int at = rule.indexOf(words);
    if (at < 0) {
      return false;
    }
    String rest = rule.substring(at + words.length());
    int end = rest.startsWith("{") ? rest.indexOf('}') : rest.indexOf(' ');
    String ports = rest.substring(rest.startsWith("{") ? 1 : 0, end < 0 ? rest.length() : end);
    return Stream.of(Fields.split(ports, ',')).anyMatch(one -> isIn(one.trim(), target));
  }

  private static boolean isIn(String ports, PortTarget target) {
    String[] range = Fields.split(ports.replace(':', '-'), '-');
    OptionalLong first = Numeral.decimal(range[0]);
    OptionalLong last = Numeral.decimal(range[range.length - 1]);
    return first.isPresent()
        && last.isPresent()
        && first.getAsLong() <= target.port().number()
        && target.port().number() <= last.getAsLong();
  }

  /** Whether the rule is about the target's address, or may be. */
  private static boolean isOfAddress(String rule, PortTarget target) {
    String said = rule.startsWith("-A ") ? word(rule, " -d ") : word(rule, "daddr ");
    if (said.isEmpty() || rule.contains("! -d ") || target.address().isEmpty()) {
      return true;
    }
    String[] parts = Fields.split(said, '/', 2);
    Optional<IpAddress> address = IpAddress.parse(parts[0]);
    IpAddress wanted = target.address().get().unmapped();
    if (address.isEmpty() || address.get().family() != wanted.family() || wanted.isWildcard()) {
      return address.isEmpty() || wanted.isWildcard();
    }
    boolean v4 = wanted.family() == IpAddress.Family.V4;
    long bits = parts.length < 2 ? (v4 ? 32 : 128) : Numeral.decimal(parts[1]).orElse(0);
    return v4
        ? bits == 0 || (wanted.low() ^ address.get().low()) >>> (32 - bits) == 0
        : bits < 128 || wanted.equals(address.get());
  }

  /** The word behind those; empty where they are not there. */
  private static String word(String rule, String behind) {
    int at = rule.indexOf(behind);
    if (at < 0) {
      return "";
    }
    String rest = rule.substring(at + behind.length());
    int end = rest.indexOf(' ');
    return end < 0 ? rest : rest.substring(0, end);
  }
}
