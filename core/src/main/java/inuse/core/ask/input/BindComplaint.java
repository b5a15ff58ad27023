package inuse.core.ask.input;

import inuse.core.ask.input.AddressScanner.Found;
import inuse.kernel.proc.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a program printed because it could not bind: whether a text is that, and which addresses it
 * means. Every language and server has words of its own for it; common to them is little more than
 * that they say "in use" or name the call, and an address or a port somewhere.
 */
public final class BindComplaint {
  /** Maximum targets that one text names. */
  private static final int MAX_TARGETS = 8;

  /** In lower case; each is a part of what some program says when a bind has failed. */
  private static final List<String> SIGNS =
      List.of(
          "eaddrinuse",
          "eaddrnotavail",
          "addrinuse",
          "in use",
          "already allocated",
          "already bound",
          "already running on port",
          "already listening",
          "only one usage of each socket address",
          "assign requested address",
          "address not available",
          "ports are not available",
          "failed to bind",
          "failed binding",
          "could not bind",
          "couldn't bind",
          "cannot bind",
          "can't bind",
          "unable to bind",
          "bind failed",
          "bind() failed",
          "bind() to",
          "bind: permission denied",
          "failed to listen",
          "failed listening",
          "could not listen",
          "couldn't listen",
          "cannot listen",
          "can't listen",
          "unable to listen",
          "listen eacces",
          "bind eacces",
          "unable to create listener",
          "make_sock");

  private final List<String> lines;
  private final List<Found> found = new ArrayList<>();

  private BindComplaint(String text) {
    lines = List.of(Fields.split(text, '\n'));
    lines.forEach(line -> found.add(AddressScanner.in(line)));
  }

  /** Whether a line says that a bind has failed. */
  public static boolean isIn(String line) {
    String lower = AddressScanner.lowerCase(line);
    return SIGNS.stream().anyMatch(lower::contains);
  }

  /**
   * The targets that a text names, each as a user would write it; none where it names no address.
   * Lines that complain count first, and of each line its first address and others of that port.
   */
  public static List<String> targets(String text) {
    BindComplaint complaint = new BindComplaint(text);
    return Stream.of(
            complaint.addresses(true),
            complaint.socketFiles(),
            complaint.ports(true),
            complaint.ports(false),
            complaint.addresses(false))
        .filter(targets -> !targets.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The addresses that lines name: those that complain, or any. */
  private List<String> addresses(boolean complaining) {
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!complaining || isIn(lines.get(i))) {
        add(targets, ofFirstPort(found.get(i).addresses(), protocol(lines.get(i))));
      }
    }
    return targets;
  }

  private static List<String> ofFirstPort(List<String> addresses, String protocol) {
    return addresses.stream()
        .filter(address -> port(address).equals(port(addresses.getFirst())))
        .map(address -> protocol + address)
        .toList();
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':'));
  }

  /** Ports without an address, at the addresses without a port that complaining lines name. */
  private List<String> ports(boolean complaining) {
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (isIn(lines.get(i))) {
        hosts.addAll(found.get(i).bare());
      }
    }
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!complaining || isIn(lines.get(i))) {
        String protocol = protocol(lines.get(i));
        found.get(i).port().ifPresent(port -> add(targets, at(protocol, hosts, port)));
      }
    }
    return targets;
  }

  private static List<String> at(String protocol, List<String> hosts, String port) {
    return hosts.isEmpty()
        ? List.of(protocol + ":" + port)
        : hosts.stream().map(host -> protocol + host + ":" + port).toList();
  }

  /** Paths of unix sockets in the lines that complain. */
  private List<String> socketFiles() {
    List<String> targets = new ArrayList<>();
    for (String line : lines) {
      if (isIn(line)) {
        socketFile(line).ifPresent(path -> add(targets, List.of(path)));
      }
    }
    return targets;
  }

  private static Optional<String> socketFile(String line) {
    String before = "";
    for (String word : Fields.split(line, ' ')) {
      int from = 0;
      int end = word.length();
      while (from < end && "\"'`([<".indexOf(word.charAt(from)) >= 0) {
        from++;
      }
      while (end > from && "\"'`)]>.,:;".indexOf(word.charAt(end - 1)) >= 0) {
        end--;
      }
      String path = word.substring(from, end);
      boolean said = before.equals("unix") || before.equals("use") || before.equals("socket:");
      boolean named = path.startsWith("unix:/");
      if (named || (path.length() > 1 && path.startsWith("/") && (said || path.contains(".s")))) {
        return Optional.of(path);
      }
      before = AddressScanner.lowerCase(word);
    }
    return Optional.empty();
  }

  /**
   * UDP where a line says so and does not speak of TCP. Node's "bind EADDRINUSE" is of a datagram
   * socket, except in a cluster, which writes null for the address.
   */
  private static String protocol(String line) {
    String lower = AddressScanner.lowerCase(line);
    boolean datagrams =
        lower.contains("udp")
            || (lower.contains("bind eaddrinuse") && !lower.contains("eaddrinuse null"));
    return datagrams && !lower.contains("tcp") ? "udp/" : "";
  }

  private static void add(List<String> targets, List<String> more) {
    for (String target : more) {
      if (targets.size() < MAX_TARGETS && !targets.contains(target)) {
        targets.add(target);
      }
    }
  }
}
