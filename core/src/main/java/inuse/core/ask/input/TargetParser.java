package inuse.core.ask.input;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Services;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Parses targets as people write them. */
@SuppressWarnings("exports") // made by Inuse
public final class TargetParser {
  /** Maximum ports of one range. */
  public static final int MAX_PORTS = 1024;

  private static final String FORMS =
      "write a port (8080), a service (http), udp/53, 127.0.0.1:8080, [::1]:8080, 3000-3010,"
          + " /run/app.sock or @name";

  private static final String LOCALHOST = "localhost";
  private static final String SCHEME = "://";

  /** Port of {@code http} and {@code ws} where a URL names none (RFC 9110, 4.2.1). */
  private static final int HTTP = 80;

  /** Port of {@code https} and {@code wss} (RFC 9110, 4.2.2). */
  private static final int HTTPS = 443;

  /** ::1 as /proc/net/if_inet6 writes it. */
  private static final String LOOPBACK_V6 = "00000000000000000000000000000001 ";

  private static final String UNIX = "unix:";

  private final Proc proc;

  /**
   * A parser of targets.
   *
   * @param proc root of /etc/services
   */
  public TargetParser(Proc proc) {
    this.proc = proc;
  }

  /** The result of parsing one word. */
  public sealed interface Parsed {
    /** One target, or each of a range, a list, or of localhost's addresses. */
    record Understood(List<PortTarget> targets) implements Parsed {}

    /** A unix socket's path or name. */
    record Unix(UnixTarget target) implements Parsed {}

    /**
     * Not a target.
     *
     * @param problem what is wrong, in our words
     * @param instead what would be right
     */
    record Wrong(String problem, String instead) implements Parsed {}
  }

  /**
   * Parses one word of the command line: a target, several with commas between them, a URL of this
   * host, or what a program printed because it could not bind.
   */
  public Parsed parse(String word) {
    if (word.trim().isEmpty()) {
      return wrong("an empty target");
    }
    // A path may have any characters in it, and whoever named a file chooses no port by them.
    boolean isText = word.indexOf(' ') >= 0 || word.indexOf('\n') >= 0;
    return isText && !isUnix(word) ? pasted(word) : single(word);
  }

  private static boolean isUnix(String word) {
    return word.startsWith("/")
        || word.startsWith(".")
        || word.startsWith("@")
        || word.startsWith(UNIX);
  }

  /** A word that is no text in which targets are looked for. */
  private Parsed single(String word) {
    if (isUnix(word)) {
      return unix(word);
    }
    int scheme = word.indexOf(SCHEME);
    return scheme > 0
        ? url(word.substring(0, scheme), word.substring(scheme + SCHEME.length()))
        : listed(Protocol.TCP, word);
  }

  /** What a program printed: each address that it names. */
  private Parsed pasted(String text) {
    List<String> words = BindComplaint.targets(text);
    if (words.isEmpty()) {
      return new Parsed.Wrong(
          "neither a target nor an error message that names a port",
          "give the port, or start the program with inuse -- COMMAND, which sees it bind");
    }
    List<PortTarget> targets = new ArrayList<>();
    for (String word : words) {
      switch (single(word)) {
        case Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case Parsed.Unix place -> {
          return place;
        }
        case Parsed.Wrong wrong -> {
          return wrong;
        }
      }
    }
    return new Parsed.Understood(List.copyOf(new LinkedHashSet<>(targets)));
  }

  /** {@code http://localhost:3000/path}: its port on this host. */
  private Parsed url(String scheme, String rest) {
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(rest.lastIndexOf('@', end) + 1, end);
    Protocol protocol = scheme.equals(Protocol.UDP.word()) ? Protocol.UDP : Protocol.TCP;
    boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
    if (hasPort) {
      return place(protocol, authority);
    }
    OptionalInt port =
        switch (scheme) {
          case "http", "ws" -> OptionalInt.of(HTTP);
          case "https", "wss" -> OptionalInt.of(HTTPS);
          default -> port(protocol, scheme);
        };
    return port.isPresent()
        ? place(protocol, authority + ":" + port.getAsInt())
        : new Parsed.Wrong("a URL without a port", "http://localhost:8080/, or the port alone");
  }

  /** Targets with commas between them; a protocol at either end is that of all. */
  private Parsed listed(Protocol otherwise, String word) {
    Protocol protocol = otherwise;
    String rest = word;
    for (Protocol candidate : Protocol.values()) {
      String name = candidate.word();
      if (word.startsWith(name + "/")) {
        protocol = candidate;
        rest = word.substring(name.length() + 1);
      } else if (word.endsWith("/" + name)) {
        protocol = candidate;
        rest = word.substring(0, word.length() - name.length() - 1);
      }
    }
    if (rest.indexOf(',') < 0) {
      return one(protocol, rest);
    }
    List<PortTarget> targets = new ArrayList<>();
    for (String part : Fields.split(rest, ',')) {
      switch (part.isEmpty() ? wrong("an empty target") : listed(protocol, part)) {
        case Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case Parsed.Unix unix -> throw new IllegalStateException("a path cannot be part of a list");
        case Parsed.Wrong wrong -> {
          return wrong;
        }
      }
    }
    return new Parsed.Understood(List.copyOf(new LinkedHashSet<>(targets)));
  }

  private Parsed one(Protocol protocol, String place) {
    return place.indexOf('/') >= 0
        ? new Parsed.Wrong(
            "only tcp and udp have ports here", "tcp/8080, udp/53, or ./NAME for a unix socket")
        : place(protocol, place);
  }

  /** {@code unix://} precedes an absolute path, as in the address of a Docker daemon. */
  private static Parsed unix(String word) {
    String place = word.startsWith(UNIX) ? word.substring(UNIX.length()) : word;
    place = place.startsWith("///") ? place.substring(2) : place;
    boolean hasName = place.startsWith("@");
    String text = hasName ? place.substring(1) : place;
    int most = hasName ? UnixTarget.MAX_NAME_BYTES : UnixTarget.MAX_PATH_BYTES;
    if (text.isEmpty()) {
      return new Parsed.Wrong(
          hasName ? "an abstract name without a name" : "a unix socket without a path",
          "/run/app.sock, ./app.sock or @name");
    }
    if (text.length() > most) {
      return new Parsed.Wrong(
          "a unix socket's "
              + (hasName ? "name" : "path")
              + " has at most "
              + most
              + " bytes, and this one "
              + text.length(),
          hasName ? "take a shorter name" : "change to its directory and ask for ./NAME");
    }
    return new Parsed.Unix(
        hasName
            ? new UnixTarget.Abstract(new Untrusted(text))
            : new UnixTarget.Path(new Untrusted(text)));
  }

  private Parsed place(Protocol protocol, String place) {
    if (place.startsWith("[")) {
      int close = place.indexOf("]:");
      if (close < 0) {
        return new Parsed.Wrong("an IPv6 address without a port", "[::1]:8080");
      }
      return at(protocol, place.substring(1, close), place.substring(close + 2), true);
    }
    int colon = place.lastIndexOf(':');
    if (colon < 0) {
      return ports(protocol, Optional.empty(), place);
    }
    if (colon != place.indexOf(':')) {
      return withoutBrackets(protocol, place.substring(0, colon), place.substring(colon + 1));
    }
    return colon == 0
        ? ports(protocol, Optional.empty(), place.substring(1))
        : at(protocol, place.substring(0, colon), place.substring(colon + 1), false);
  }

  /** {@code :::8080}, as many programs write it: what is behind the last colon is the port. */
  private Parsed withoutBrackets(Protocol protocol, String host, String port) {
    boolean address = startsWithDigit(port) && IpAddress.parse(host).isPresent();
    return address
        ? at(protocol, host, port, true)
        : new Parsed.Wrong("an IPv6 address without brackets", "[::1]:8080");
  }

  private Parsed at(Protocol protocol, String host, String port, boolean brackets) {
    int percent = host.indexOf('%');
    if (percent >= 0) {
      return inZone(protocol, host.substring(0, percent), host.substring(percent + 1), port);
    }
    if (host.equals("*") && !brackets) {
      return ports(protocol, Optional.empty(), port);
    }
    if (!brackets && (host.equals(LOCALHOST) || host.endsWith("." + LOCALHOST))) {
      return loopback(protocol, port);
    }
    Optional<IpAddress> address =
        IpAddress.parse(host).filter(one -> (one.family() == IpAddress.Family.V6) == brackets);
    if (address.isEmpty()) {
      return new Parsed.Wrong(
          brackets
              ? "no IPv6 address between the brackets"
              : "no IPv4 address before the colon, and host names are not looked up",
          brackets ? "[::1]:8080" : "127.0.0.1:8080, or a bare port for every address");
    }
    return ports(protocol, address, port);
  }

  /** The addresses that localhost is: 127.0.0.1, and ::1 where an interface has it (RFC 6761). */
  private Parsed loopback(Protocol protocol, String port) {
    Parsed first = at(protocol, "127.0.0.1", port, false);
    boolean both =
        proc.text("/proc/net/if_inet6") instanceof CallResult.Ok<String>(String addresses)
            && addresses.contains(LOOPBACK_V6);
    return both
            && first instanceof Parsed.Understood(List<PortTarget> v4)
            && at(protocol, "::1", port, true) instanceof Parsed.Understood(List<PortTarget> v6)
        ? new Parsed.Understood(Stream.concat(v4.stream(), v6.stream()).toList())
        : first;
  }

  /** {@code fe80::1%eth0}: the interface by its name, or by its index where that is a number. */
  private Parsed inZone(Protocol protocol, String host, String zone, String port) {
    if (zone.isEmpty() || zone.startsWith("-") || !Untrusted.isPlain(zone, "_.@:-")) {
      return new Parsed.Wrong("no interface behind the %", "[fe80::1%eth0]:8080");
    }
    return switch (at(protocol, host, port, true)) {
      case Parsed.Understood(List<PortTarget> all)
          when all.getFirst().address().filter(IpAddress::needsInterface).isPresent() ->
          new Parsed.Understood(
              all.stream()
                  .map(
                      one -> new PortTarget(protocol, one.address(), one.port(), Optional.of(zone)))
                  .toList());
      case Parsed.Understood other ->
          new Parsed.Wrong(
              "only a link-local address has an interface", "leave out what follows the %");
      case Parsed.Unix unix -> unix;
      case Parsed.Wrong wrong -> wrong;
    };
  }

  private Parsed ports(Protocol protocol, Optional<IpAddress> address, String text) {
    int dash = text.indexOf('-');
    if (dash > 0 && startsWithDigit(text)) {
      return range(protocol, address, text.substring(0, dash), text.substring(dash + 1));
    }
    OptionalInt port = port(protocol, text);
    if (port.isEmpty()) {
      return startsWithDigit(text)
          ? new Parsed.Wrong("a port is a number from 1 to 65535", FORMS)
          : wrong("neither a port nor a service in /etc/services");
    }
    return new Parsed.Understood(
        List.of(new PortTarget(protocol, address, new Port(port.getAsInt()))));
  }

  private Parsed range(Protocol protocol, Optional<IpAddress> address, String from, String to) {
    long first = Numeral.decimal(from).orElse(0);
    long last = Numeral.decimal(to).orElse(0);
    if (first < 1 || last > Port.MAX || first > last) {
      return new Parsed.Wrong(
          "a range goes from a lower port to a higher one, 1 to 65535", "3000-3010");
    }
    if (last - first >= MAX_PORTS) {
      return new Parsed.Wrong("a range of more than " + MAX_PORTS + " ports", "3000-3010");
    }
    List<PortTarget> targets = new ArrayList<>();
    for (int port = (int) first; port <= last; port++) {
      targets.add(new PortTarget(protocol, address, new Port(port)));
    }
    return new Parsed.Understood(targets);
  }

  private OptionalInt port(Protocol protocol, String text) {
    if (startsWithDigit(text)) {
      long number = Numeral.decimal(text).orElse(Port.MAX + 1L);
      return number <= Port.MAX ? OptionalInt.of((int) number) : OptionalInt.empty();
    }
    return proc.text("/etc/services") instanceof CallResult.Ok<String>(String services)
        ? Services.port(services, text, protocol.word())
        : OptionalInt.empty();
  }

  private static boolean startsWithDigit(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  private static Parsed wrong(String problem) {
    return new Parsed.Wrong(problem, FORMS);
  }
}
