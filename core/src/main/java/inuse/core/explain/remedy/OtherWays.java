package inuse.core.explain.remedy;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.HostDuty;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ways out that end nothing. They come before those that do: somebody may need what is there. */
public final class OtherWays {
  /** Where a server of one's own is at home: another address would not do. */
  private static final Set<String> LOCALHOST = Set.of("127.0.0.1", "::1");

  private static final String RESOLVED =
      "let systemd-resolved leave port 53, and keep resolving: write \"[Resolve]\" and"
          + " \"DNSStubListener=no\" to /etc/systemd/resolved.conf.d/no-stub.conf, then ln -sf"
          + " /run/systemd/resolve/resolv.conf /etc/resolv.conf, then systemctl restart"
          + " systemd-resolved. Undo: remove that file and point /etc/resolv.conf at"
          + " /run/systemd/resolve/stub-resolv.conf";

  private OtherWays() {}

  /** The other ways, the least harmful first, and then those that are given. */
  public static List<Remedy> before(List<Remedy> ends, Blockers blockers) {
    return Stream.of(oneAddress(blockers), configured(blockers), duty(blockers), ends.stream())
        .flatMap(one -> one)
        .toList();
  }

  /** One of the addresses that are free, where only some are held and all were asked for. */
  private static Stream<Remedy> oneAddress(Blockers blockers) {
    PortSnapshot snapshot = blockers.snapshot();
    Set<String> held =
        snapshot.sockets().stream()
            .map(one -> one.local().address())
            .map(IpAddress::unmapped)
            .map(IpAddress::toString)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    boolean all =
        snapshot.target().address().isPresent()
            || snapshot.sockets().stream().anyMatch(OtherWays::isForAll)
            || held.stream().anyMatch(LOCALHOST::contains);
    return all
        ? Stream.empty()
        : Stream.of(
            Remedy.advice(
                Remedy.Id.USE_OTHER_ADDRESS,
                Phrase.of(
                    "bind the one address that your server needs, instead of all: only "
                        + String.join(" and ", held)
                        + (held.size() == 1 ? " is" : " are")
                        + " held, and any other one, such as 127.0.0.1, is free")));
  }

  private static boolean isForAll(BoundSocket socket) {
    return !socket.isServers() || socket.local().address().isWildcard();
  }

  /** The line of its configuration that makes way. */
  private static Stream<Remedy> configured(Blockers blockers) {
    return blockers.holders().stream()
        .map(holder -> line(holder, blockers))
        .flatMap(Optional::stream)
        .distinct()
        .map(line -> Remedy.advice(Remedy.Id.RECONFIGURE, Phrase.of(line)));
  }

  private static Optional<String> line(Holder holder, Blockers blockers) {
    boolean all = blockers.sockets().stream().anyMatch(one -> one.local().address().isWildcard());
    return switch (holder.program().bytes()) {
      case "systemd-resolved", "systemd-resolve" -> Optional.of(RESOLVED);
      case "dnsmasq" ->
          all
              ? Optional.of(
                  "let dnsmasq serve its own addresses alone: bind-dynamic, with interface= or"
                      + " listen-address=, in its configuration")
              : Optional.empty();
      case "rpc.statd" ->
          Optional.of(
              "give rpc.statd another port: port= below [statd] in /etc/nfs.conf (or rpc.statd"
                  + " -p)");
      default -> Optional.empty();
    };
  }

  /** Another port or address, where the whole host would feel the end. */
  private static Stream<Remedy> duty(Blockers blockers) {
    return blockers.holders().stream()
        .map(HostDuty::of)
        .flatMap(Optional::stream)
        .findFirst()
        .stream()
        .map(duty ->
            Remedy.advice(
                Remedy.Id.USE_OTHER_PORT,
                Phrase.of(
                    "give your server another port or address: without what is there this host"
                        + " loses "
                        + duty.loss())));
  }
}
