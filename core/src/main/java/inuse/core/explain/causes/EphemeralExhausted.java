package inuse.core.explain.causes;

import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Severity;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No ephemeral port is left.
 *
 * <h2>What it is</h2>
 *
 * A bind to port 0 asks the kernel for any port of net.ipv4.ip_local_port_range. All of them are
 * taken, or reserved by net.ipv4.ip_local_reserved_ports.
 *
 * <h2>Why bind fails</h2>
 *
 * With EADDRINUSE, though no port was named: the kernel takes none that any socket has on an
 * overlapping address, not even one in TIME_WAIT or one of an outgoing connection.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports} and {@code ss -tan |
 * awk '{print $1}' | sort | uniq -c}
 *
 * <h2>What to do</h2>
 *
 * In a TCP client that binds its source address before connect(2): set IP_BIND_ADDRESS_NO_PORT, or
 * do not bind. Widen the range; end or repair the program that opens so many connections (keep them
 * open and use them again); bind a port outside the range.
 *
 * <h2>What not to do</h2>
 *
 * tcp_fin_timeout does not shorten TIME_WAIT, and tcp_tw_reuse helps connect(2) only.
 *
 * <h2>Source</h2>
 *
 * inet_csk_find_open_port(), net/ipv4/inet_connection_sock.c; ip(7).
 */
public record EphemeralExhausted(PortSnapshot snapshot, EphemeralUse use) implements Cause {
  /** Ranges to widen to, the kernel's own default first. */
  private static final List<Range> WIDER =
      List.of(
          new Range(new Port(32_768), new Port(60_999)),
          new Range(new Port(10_240), new Port(65_535)));

  /** Whether any port was asked for, and none could be had. */
  public static Optional<Cause> find(PortSnapshot snapshot) {
    boolean refused =
        snapshot.probes().stream().anyMatch(one -> one.failedWith(ErrnoName.EADDRINUSE));
    return snapshot.target().port().isAny() && refused
        ? snapshot.ephemeral().map(use -> new EphemeralExhausted(snapshot, use))
        : Optional.empty();
  }

  @Override
  public String id() {
    return "ephemeral-exhausted";
  }

  @Override
  public Severity severity() {
    return count(SocketState.TIME_WAIT) * 2 > use.taken() ? Severity.WARNING : Severity.CRITICAL;
  }

  private int count(SocketState state) {
    Integer count = use.sockets().get(state);
    return count == null ? 0 : count;
  }

  @Override
  public Phrase summary() {
    String reserved = use.reserved() == 0 ? "" : " and " + use.reserved() + " reserved";
    String taken =
        switch (snapshot.settings().ephemeral()) {
          case Reading.Known<Range>(Range range) ->
              "of the " + size(range) + " ephemeral ports (" + range + ") " + use.taken();
          case Reading.Unknown<Range> unknown -> use.taken() + " ephemeral ports";
        };
    String where = snapshot.target().address().map(one -> " at " + one).orElse("");
    String towards =
        destination()
            .map(one -> ", " + one.count() + " of their sockets connected to " + one.peer())
            .orElse("");
    Phrase phrase =
        Phrase.of("no port is left" + where + ": " + taken + " are taken" + reserved + towards);
    if (holders().isEmpty()) {
      return phrase;
    }
    Holder first = holders().getFirst();
    return phrase
        .then(", most by ")
        .then(Phrases.holders(List.of(first)))
        .then(" with " + Phrases.count(share(first), "socket", "sockets"));
  }

  /** The far end that has most of them. */
  private Optional<EphemeralUse.Destination> destination() {
    return use.busiest().filter(one -> one.count() * 2 > use.taken());
  }

  private static int size(Range range) {
    return range.last().number() - range.first().number() + 1;
  }

  @Override
  public Phrase why() {
    List<String> states = new ArrayList<>();
    for (SocketState state : SocketState.values()) {
      if (count(state) > 0) {
        states.add(count(state) + " in " + state);
      }
    }
    return Phrase.of(
        "the kernel gives no port that any socket has"
            + (states.isEmpty() ? "" : "; sockets: " + String.join(", ", states))
            + destination()
                .map(one ->
                    "; a connect without a bind before it finds none for " + one.peer() + " alone")
                .orElse(""));
  }

  /** The greediest first. */
  @Override
  public List<Holder> holders() {
    return use.most().stream()
        .flatMap(share -> snapshot.holders().stream().filter(one -> one.pid().equals(share.pid())))
        .toList();
  }

  private int share(Holder holder) {
    return use.most().stream()
        .filter(share -> share.pid().equals(holder.pid()))
        .mapToInt(EphemeralUse.Share::count)
        .sum();
  }

  @Override
  public List<Remedy> remedies() {
    List<Remedy> remedies = new ArrayList<>();
    // Of UDP a port counts whatever it is connected to, and a reserved one is given to no client.
    if (snapshot.target().protocol() == Protocol.TCP && use.taken() > 0) {
      remedies.add(
          Remedy.advice(
              Remedy.Id.BIND_NO_PORT,
              Phrase.of(
                  "a client: do not bind before connect, or set IP_BIND_ADDRESS_NO_PORT before it"
                      + " binds its source address; then only ports towards the same destination"
                      + " count")));
    }
    wider().map(range -> Remedies.widen(range, snapshot)).ifPresent(remedies::add);
    if (count(SocketState.TIME_WAIT) > 0) {
      remedies.add(
          Remedies.await(
              snapshot, "returns when a port can be had: TIME_WAIT ends by itself, in a minute"));
    }
    if (!holders().isEmpty()) {
      remedies.add(
          Remedy.advice(
              Remedy.Id.TERMINATE,
              Phrase.of("end ")
                  .then(Phrases.holders(List.of(holders().getFirst())))
                  .then(", if it is not needed")));
    }
    remedies.add(Remedies.otherPort("name a port outside the range instead of 0"));
    return remedies;
  }

  private Optional<Range> wider() {
    int limit =
        snapshot.settings().unprivilegedPortStart().toOptional().map(Port::number).orElse(1024);
    return snapshot
        .settings()
        .ephemeral()
        .toOptional()
        .flatMap(now ->
            WIDER.stream()
                .filter(range -> size(range) > size(now) && range.first().number() >= limit)
                .findFirst());
  }
}
