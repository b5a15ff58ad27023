package inuse.differential;

import inuse.core.evidence.Device;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;

/** Random names of a host, possible and impossible. */
final class RandomNames {
  private final RandomInputs random;

  RandomNames(RandomInputs random) {
    this.random = random;
  }

  HostNames names() {
    if (random.coin()) {
      return HostNames.NOT_ASKED;
    }
    List<IpAddress> localhost = new ArrayList<>();
    List<LocalAddress> addresses = new ArrayList<>();
    List<HostNames.Forward> forwards = new ArrayList<>();
    for (int i = random.below(4); i > 0; i--) {
      localhost.add(address());
    }
    for (int i = random.below(4); i > 0; i--) {
      IpAddress address = address();
      Device device = new Device(1 + random.below(3), new Untrusted(random.word()));
      LocalAddress.State state =
          random.oneIn(4) ? LocalAddress.State.TENTATIVE : LocalAddress.State.READY;
      addresses.add(new LocalAddress(address, device, state));
      if (random.oneIn(4)) {
        forwards.add(new HostNames.Forward(address, new Untrusted(random.word())));
      }
    }
    boolean known = !random.oneIn(5);
    return new HostNames(
        known ? Reading.known(addresses) : Reading.unknown(Reading.Why.UNREADABLE),
        localhost,
        forwards);
  }

  private IpAddress address() {
    return random.coin()
        ? RandomParts.ADDRESSES.get(random.below(RandomParts.ADDRESSES.size()))
        : new IpAddress(IpAddress.Family.V4, 0, 0x0a00_0001L + random.below(3));
  }
}
