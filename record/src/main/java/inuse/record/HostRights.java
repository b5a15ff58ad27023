package inuse.record;

import static inuse.kernel.abi.Constants.CAP_NET_BIND_SERVICE;

import inuse.core.events.Place;
import inuse.core.io.Host;
import inuse.kernel.proc.Numeral;
import java.util.List;

/** What the kernel lets a process bind, as /proc shows it. */
final class HostRights implements Refusals.Rights {
  private static final String FIRST = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
  private static final String EFFECTIVE = "CapEff:";
  private static final int USUAL_FIRST = 1024;

  private final Host host;

  HostRights(Host host) {
    this.host = host;
  }

  @Override
  public boolean isPrivileged(Place place, int pid) {
    // What another network namespace has set is not seen from here; the usual is taken for it.
    int first = place.netns().isPresent() ? USUAL_FIRST : first();
    if (place.port().number() >= first) {
      return false;
    }
    for (String line : host.lines("/proc/" + pid + "/status")) {
      if (line.startsWith(EFFECTIVE)) {
        long bits = Numeral.hexadecimal(line.substring(EFFECTIVE.length()).trim()).orElse(0);
        return (bits & 1L << CAP_NET_BIND_SERVICE) == 0;
      }
    }
    // It has ended: its holders decide.
    return false;
  }

  private int first() {
    List<String> lines = host.lines(FIRST);
    String first = lines.isEmpty() ? "" : lines.getFirst();
    return (int) Numeral.decimal(first.trim()).orElse(USUAL_FIRST);
  }
}
