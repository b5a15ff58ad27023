package inuse.core.ask.sockets;

import inuse.core.evidence.IpAddress;
import inuse.core.io.Host;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses of {@code localhost} in the order in which clients try them: what /etc/hosts says,
 * sorted by RFC 6724, as getaddrinfo(3) does. Where that file does not say, [::1] and 127.0.0.1 are
 * assumed, as systemd-resolved and nss-myhostname answer (RFC 6761).
 */
public final class Localhost {
  private static final String NAME = "localhost";
  private static final List<IpAddress> BOTH = List.of(IpAddress.LOOPBACK_V6, IpAddress.LOOPBACK_V4);

  /** Of RFC 6724, 2.1: of ::1, of IPv4, and of what no line of gai.conf matches. */
  private static final long OF_LOOPBACK = 50;

  private static final long OF_V4 = 10;
  private static final long OF_ANY = 40;

  private Localhost() {}

  /** As the files of this host say. */
  public static List<IpAddress> of(Host host) {
    return of(host.lines("/etc/hosts"), host.lines("/etc/gai.conf"));
  }

  /** As these lines of /etc/hosts(5) and gai.conf(5) say. */
  static List<IpAddress> of(List<String> hosts, List<String> gai) {
    Set<IpAddress> named = new LinkedHashSet<>();
    for (String line : hosts) {
      List<String> words = words(line);
      if (words.size() > 1 && words.subList(1, words.size()).contains(NAME)) {
        IpAddress.parse(words.getFirst()).ifPresent(named::add);
      }
    }
    List<List<String>> rules =
        gai.stream()
            .map(Localhost::words)
            .filter(one -> one.size() == 3 && one.getFirst().equals("precedence"))
            .toList();
    List<IpAddress> sorted = new ArrayList<>(named.isEmpty() ? BOTH : named);
    sorted.sort((one, other) -> Long.compare(precedence(other, rules), precedence(one, rules)));
    return sorted;
  }

  private static List<String> words(String line) {
    // Half of such a file, and all of the other one, explains itself.
    if (line.startsWith("#")) {
      return List.of();
    }
    String text = Fields.split(line, '#', 2)[0].replace('\t', ' ');
    return Stream.of(Fields.split(text, ' ')).filter(one -> !one.isEmpty()).toList();
  }

  /** By the longest prefix that matches. */
  private static long precedence(IpAddress address, List<List<String>> rules) {
    if (rules.isEmpty()) {
      return address.family() == IpAddress.Family.V4
          ? OF_V4
          : address.equals(IpAddress.LOOPBACK_V6) ? OF_LOOPBACK : OF_ANY;
    }
    long longest = -1;
    long precedence = OF_ANY;
    for (List<String> rule : rules) {
      String[] prefix = Fields.split(rule.get(1), '/', 2);
      long bits = prefix.length < 2 ? 128 : Numeral.decimal(prefix[1]).orElse(128);
      Optional<IpAddress> network = IpAddress.parse(prefix[0]);
      if (bits > longest && network.isPresent() && matches(address, network.get(), bits)) {
        longest = bits;
        precedence = Numeral.decimal(rule.get(2)).orElse(OF_ANY);
      }
    }
    return precedence;
  }

  private static boolean matches(IpAddress address, IpAddress network, long bits) {
    IpAddress one = address.mapped();
    long high = one.high() ^ network.high();
    long low = one.low() ^ network.low();
    return bits <= 64
        ? bits == 0 || high >>> (64 - bits) == 0
        : high == 0 && low >>> (128 - bits) == 0;
  }
}
