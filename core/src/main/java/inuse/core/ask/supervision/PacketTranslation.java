package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.NFPROTO_INET;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.netfilter.Expression;
import inuse.kernel.netfilter.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The places that rules send one packet to, and the first rule that does. */
final class PacketTranslation {
  /** Places that one port is sent to. */
  private static final int MAX_PLACES = 16;

  private final FilteredPacket packet;
  private final PortTarget target;
  private final List<Endpoint> places = new ArrayList<>();
  private Optional<Rule> found = Optional.empty();
  private Expression.Way how = Expression.Way.DNAT;

  PacketTranslation(FilteredPacket packet) {
    this.packet = packet;
    target = packet.target();
  }

  /** Where the packet is sent, if any rule does. */
  Optional<PacketFilter.Way> way() {
    return found.map(rule -> new PacketFilter.Way(words(rule), places));
  }

  /** In nft(8)'s words, with where it is found. */
  private Untrusted words(Rule rule) {
    String to = places.isEmpty() ? "" : " to " + place(places.getFirst());
    String more = places.size() > 1 ? " and " + (places.size() - 1) + " more" : "";
    String kind = rule.family() == NFPROTO_INET ? "inet" : packet.isV4() ? "ip" : "ip6";
    return new Untrusted(
        target.protocol().word()
            + " dport "
            + target.port()
            + " "
            + how.word()
            + to
            + more
            + " (chain "
            + rule.chain()
            + " of table "
            + kind
            + " "
            + rule.table()
            + ")");
  }

  private String place(Endpoint place) {
    return place.address().isWildcard() ? ":" + place.port() : place.toString();
  }

  /** Sends the packet elsewhere, by the rule that names its port. */
  void send(Rule rule, Expression.Translate one, FilterRegisters registers) {
    Optional<Endpoint> place = place(one, registers);
    if (place.filter(this::isTarget).isPresent()) {
      return;
    }
    if (found.isEmpty()) {
      found = Optional.of(rule);
      how = one.way();
    }
    if (place.isPresent() && !places.contains(place.get()) && places.size() < MAX_PLACES) {
      places.add(place.get());
    }
  }

  /** Whether that is where it was sent anyway. */
  private boolean isTarget(Endpoint place) {
    boolean same =
        place.address().isWildcard()
            || target.address().filter(place.address()::equals).isPresent();
    return same && place.port().equals(target.port());
  }

  /** Where it is sent, if that is known. */
  private Optional<Endpoint> place(Expression.Translate one, FilterRegisters registers) {
    String to = value(one.address(), packet.addressBytes(), registers);
    String newPort = value(one.port(), FilteredPacket.PORT_BYTES, registers);
    if (one.several()
        || (one.address().isPresent() && to.isEmpty())
        || (one.port().isPresent() && newPort.isEmpty())) {
      return Optional.empty();
    }
    Port number =
        newPort.isEmpty() ? target.port() : new Port(newPort.charAt(0) << 8 | newPort.charAt(1));
    return Optional.of(new Endpoint(to.isEmpty() ? any() : FilteredPacket.address(to), number));
  }

  private IpAddress any() {
    return packet.isV4() ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
  }

  private String value(OptionalInt register, int length, FilterRegisters registers) {
    return register.isPresent() ? registers.value(register.getAsInt(), length) : "";
  }
}
