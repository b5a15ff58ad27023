package inuse.core.explain.causes;

import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.Device;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.LocalAddress.State;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.NamespacePhrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Why one address may not be bound, and what helps: a reason each. */
final class AddressReason {
  /** Maximum addresses that are named. */
  private static final int MAX_NAMED = 4;

  private static final String BEFORE =
      "the kernel says EADDRNOTAVAIL before it looks whether the port is in use";

  private final PortSnapshot seen;
  private final IpAddress address;
  private final AddressFacts facts;
  private final List<LocalAddress> here;

  private AddressReason(PortSnapshot seen, IpAddress address) {
    this.seen = seen;
    this.address = address;
    facts = seen.addresses();
    here = facts.here().toOptional().orElse(List.of());
  }

  static AddressNotLocal of(PortSnapshot seen, IpAddress address) {
    AddressReason reason = new AddressReason(seen, address);
    return reason
        .withoutInterface()
        .or(reason::tentative)
        .or(reason::duplicate)
        .or(reason::switchedOff)
        .or(reason::onAnotherInterface)
        .or(reason::elsewhere)
        .orElseGet(reason::notHere);
  }

  private Optional<AddressNotLocal> withoutInterface() {
    if (!address.needsInterface() || seen.target().zone().isPresent()) {
      return Optional.empty();
    }
    List<Device> devices = devices(this::isAsked);
    List<Device> candidates =
        devices.isEmpty() ? devices(one -> one.address().needsInterface()) : devices;
    Phrase why =
        Phrase.of(
            "each link has link-local addresses of its own, and bind says EINVAL without one");
    List<Remedy> remedies = new ArrayList<>();
    for (Device device : candidates.subList(0, Math.min(candidates.size(), MAX_NAMED))) {
      remedies.add(
          Remedies.ask(
              Remedy.Id.NAME_INTERFACE,
              InuseCommand.of(InuseCommand.Verb.ASK).about(zoned(device)),
              Phrase.of(devices.isEmpty() ? "asks for the link of " : "asks for the one of ")
                  .then(device.name())
                  .then("; the server needs the interface too (sin6_scope_id)")));
    }
    if (remedies.isEmpty()) {
      remedies.add(
          Remedy.advice(
              Remedy.Id.NAME_INTERFACE,
              Phrase.of("name the interface: [" + address + "%eth0]:" + seen.target().port())));
    }
    return Optional.of(
        new AddressNotLocal(
            Phrase.of(address + " needs its interface (scope) with it"), why, remedies));
  }

  private String zoned(Device device) {
    String place = "[" + address + "%" + device.name().bytes() + "]:" + seen.target().port();
    return seen.target().protocol() == Protocol.TCP
        ? place
        : seen.target().protocol().word() + "/" + place;
  }

  private Optional<AddressNotLocal> tentative() {
    return on(State.TENTATIVE)
        .map(device ->
            new AddressNotLocal(
                Phrase.of(address + " of ")
                    .then(device.name())
                    .then(" is still checked for duplicates (tentative)"),
                Phrase.of(
                    "until its neighbours have had a second or two to say that they have it, it"
                        + " cannot be bound; "
                        + BEFORE),
                List.of(
                    Remedies.await(seen, "returns when it can be bound, in a second or two"),
                    Remedy.advice(
                        Remedy.Id.BIND_NONLOCAL,
                        Phrase.of(
                            "start after network-online.target; or add the address with nodad; or"
                                + " let the server set IP_FREEBIND (FreeBind=yes of a socket"
                                + " unit)")))));
  }

  private Optional<AddressNotLocal> duplicate() {
    return on(State.DUPLICATE)
        .map(device ->
            new AddressNotLocal(
                Phrase.of("another machine on the link of ")
                    .then(device.name())
                    .then(" has " + address + " (duplicate address detection failed: dadfailed)"),
                Phrase.of(
                    "the kernel never uses such an address, and it cannot be bound; " + BEFORE),
                List.of(
                    Remedy.advice(
                        Remedy.Id.REPAIR_ADDRESS,
                        Phrase.of(
                            "give one of the two another address; where the other is gone, remove"
                                + " it here and add it again: it is checked once")))));
  }

  private Optional<Device> on(State state) {
    return here.stream()
        .filter(one -> isAsked(one) && isOnItsInterface(one) && one.state() == state)
        .map(LocalAddress::device)
        .findFirst();
  }

  private Optional<AddressNotLocal> switchedOff() {
    return facts
        .ipv6Off()
        .filter(off -> here.stream().noneMatch(this::isAsked))
        .map(off -> {
          boolean loopback = address.equals(IpAddress.LOOPBACK_V6);
          List<Remedy> remedies = new ArrayList<>();
          if (loopback) {
            remedies.add(
                Remedy.advice(
                    Remedy.Id.USE_OTHER_ADDRESS,
                    Phrase.of("bind 127.0.0.1, which programs on this host reach just as well")));
          }
          remedies.add(
              new Remedy(
                  Remedy.Id.ENABLE_IPV6,
                  List.of("sysctl", "-w", off + "=0"),
                  Remedies.needsRoot(seen),
                  Phrase.of(
                      "switches IPv6 on (until reboot; in a container: --sysctl " + off + "=0)")));
          return new AddressNotLocal(
              Phrase.of(address + " is not an address of this host: IPv6 is switched off"),
              Phrase.of(off + " is 1; " + BEFORE),
              remedies);
        });
  }

  private Optional<AddressNotLocal> onAnotherInterface() {
    List<Device> devices = devices(this::isAsked);
    if (seen.target().zone().isEmpty() || devices.isEmpty()) {
      return Optional.empty();
    }
    Device device = devices.getFirst();
    return Optional.of(
        new AddressNotLocal(
            Phrase.of(address + " is an address of ")
                .then(device.name())
                .then(", not of " + seen.target().zone().get()),
            Phrase.of("each link has link-local addresses of its own; " + BEFORE),
            List.of(
                Remedies.ask(
                    Remedy.Id.NAME_INTERFACE,
                    InuseCommand.of(InuseCommand.Verb.ASK).about(zoned(device)),
                    Phrase.of("asks where it is")))));
  }

  private Optional<AddressNotLocal> elsewhere() {
    if (facts.elsewhere().isEmpty()) {
      return Optional.empty();
    }
    Namespace there = facts.elsewhere().getFirst();
    return Optional.of(
        new AddressNotLocal(
            Phrase.of(address + " is not an address of this host, but of ")
                .then(NamespacePhrases.of(there)),
            Phrase.of("each network namespace has addresses of its own; " + BEFORE),
            List.of(
                Remedies.ask(
                    Remedy.Id.NAME_NAMESPACE,
                    InuseCommand.of(InuseCommand.Verb.ASK)
                        .in(there.path())
                        .about(seen.target().toString()),
                    Phrase.of("asks there; a server would have to be started there too")))));
  }

  private AddressNotLocal notHere() {
    Phrase why =
        facts.here().toOptional().isEmpty()
            ? Phrase.of("no interface of this network namespace has it")
            : Phrase.of("no interface of this network namespace has it; there are ").then(named());
    return new AddressNotLocal(
        Phrase.of(address + " is not an address of this host"),
        why.then("; " + BEFORE),
        List.of(
            Remedy.advice(
                Remedy.Id.USE_OTHER_ADDRESS,
                Phrase.of(
                    (address.unmapped().family() == IpAddress.Family.V6
                            ? "bind [::]"
                            : "bind 0.0.0.0")
                        + ", or an address that is here")),
            Remedies.await(seen, "returns when it is here and can be bound"),
            Remedy.advice(
                Remedy.Id.BIND_NONLOCAL,
                Phrase.of(
                    "for an address that comes later (keepalived, a VPN): IP_FREEBIND in the server"
                        + " (FreeBind=yes of a socket unit), or net.ipv"
                        + (address.unmapped().family() == IpAddress.Family.V6 ? "6" : "4")
                        + ".ip_nonlocal_bind=1"))));
  }

  private Phrase named() {
    List<LocalAddress> same =
        here.stream()
            .filter(one -> one.address().family() == address.unmapped().family())
            .filter(one -> !one.address().needsInterface())
            .toList();
    List<LocalAddress> shown = same.isEmpty() ? here : same;
    Phrase phrase = Phrase.of(shown.isEmpty() ? "none" : "");
    int most = Math.min(shown.size(), MAX_NAMED);
    for (int i = 0; i < most; i++) {
      phrase =
          phrase
              .then((i == 0 ? "" : ", ") + shown.get(i).address() + " (")
              .then(shown.get(i).device().name())
              .then(")");
    }
    return shown.size() > most ? phrase.then(" and " + (shown.size() - most) + " more") : phrase;
  }

  private boolean isAsked(LocalAddress one) {
    return one.address().equals(address.unmapped());
  }

  private boolean isOnItsInterface(LocalAddress one) {
    return seen.newcomer().device().isEmpty()
        || seen.newcomer().device().get().index() == one.device().index();
  }

  private List<Device> devices(Predicate<LocalAddress> wanted) {
    return here.stream().filter(wanted).map(LocalAddress::device).distinct().toList();
  }
}
