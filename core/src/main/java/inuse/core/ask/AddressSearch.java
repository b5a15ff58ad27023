package inuse.core.ask;

import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.sockets.LocalAddresses;
import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks why an address may not be bound, where the kernel says only that it may not. */
final class AddressSearch {
  /** Maximum namespaces that are searched. */
  private static final int MAX = 64;

  private static final String SWITCHES = "/proc/sys/net/ipv6/conf";

  private final Host host;
  private final Proc proc;
  private final Deadline deadline;

  AddressSearch(Host host, Deadline deadline) {
    this.host = host;
    proc = host.proc();
    this.deadline = deadline;
  }

  /**
   * What the interfaces say, where one of the probes was refused for its address.
   *
   * @param around whether other network namespaces are searched for it
   */
  AddressFacts look(PortTarget target, List<Probe> probes, boolean around) {
    if (target.address().isEmpty() || probes.stream().noneMatch(Probe::isRefusedForItsAddress)) {
      return AddressFacts.NOT_ASKED;
    }
    IpAddress address = target.address().get();
    Reading<List<LocalAddress>> here = new LocalAddresses(host.calls(), deadline).read();
    return new AddressFacts(
        here,
        address.unmapped().family() == IpAddress.Family.V6 ? ipv6Off(address) : Optional.empty(),
        around && isSought(address) ? elsewhere(address) : List.of());
  }

  /** Each namespace has those of its own. */
  private static boolean isSought(IpAddress address) {
    return !address.isLoopback() && !address.needsInterface();
  }

  private Optional<String> ipv6Off(IpAddress address) {
    List<String> places = new ArrayList<>(List.of("all"));
    if (address.equals(IpAddress.LOOPBACK_V6)) {
      places.add("lo");
    } else if (proc.directory(SWITCHES) instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
      entries.stream()
          .map(Proc.Entry::name)
          .filter(name -> !name.equals("all") && !name.equals("default"))
          .forEach(places::add);
    }
    return places.stream()
        .filter(place ->
            proc.text(SWITCHES + "/" + place + "/disable_ipv6")
                    instanceof CallResult.Ok<String>(String text)
                && text.trim().equals("1"))
        .findFirst()
        .map(place -> "net.ipv6.conf." + place + ".disable_ipv6");
  }

  private List<Namespace> elsewhere(IpAddress address) {
    if (host.calls().getEffectiveUid() != 0) {
      return List.of();
    }
    NamespaceSwitch door = new NamespaceSwitch(host);
    List<Namespace> found = new ArrayList<>();
    int looked = 0;
    for (Namespace other : new Namespaces(host).all()) {
      if (looked++ == MAX || deadline.isOver()) {
        break;
      }
      if (!other.own()
          && door.within(other.path(), () -> new LocalAddresses(host.calls(), deadline).read())
              instanceof CallResult.Ok<Reading<List<LocalAddress>>>(var theirs)
          && theirs.toOptional().orElse(List.of()).stream()
              .anyMatch(one -> one.address().equals(address))) {
        found.add(other);
      }
    }
    return found;
  }
}
