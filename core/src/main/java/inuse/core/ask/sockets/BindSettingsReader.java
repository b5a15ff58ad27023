package inuse.core.ask.sockets;

import inuse.core.evidence.BindSettings;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the settings of /proc/sys that decide about a bind, in the network namespace that is asked
 * about.
 */
public final class BindSettingsReader {
  private BindSettingsReader() {}

  public static BindSettings read(Proc proc, NamespaceView view) {
    if (view.refusal().isPresent()) {
      // /proc/sys/net shows our own namespace.
      return new BindSettings(
          Reading.unknown(Reading.Why.DENIED), Reading.unknown(Reading.Why.DENIED));
    }
    return new BindSettings(
        ports(proc, "/proc/sys/net/ipv4/ip_unprivileged_port_start", 1)
            .flatMap(
                values -> values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty())
            .<Reading<Port>>map(Reading::known)
            .orElse(Reading.unknown(Reading.Why.UNREADABLE)),
        ports(proc, "/proc/sys/net/ipv4/ip_local_port_range", 2)
            .<Reading<Range>>map(
                values -> Reading.known(new Range(values.getFirst(), values.getLast())))
            .orElse(Reading.unknown(Reading.Why.UNREADABLE)));
  }

  /** net.ipv4.ip_local_reserved_ports; none where it cannot be read. */
  public static PortSet reserved(Proc proc) {
    return proc.text("/proc/sys/net/ipv4/ip_local_reserved_ports")
            instanceof CallResult.Ok<String>(String text)
        ? PortSet.parse(text).orElse(PortSet.NONE)
        : PortSet.NONE;
  }

  /** The ports in one file of /proc/sys; empty where their number is not {@code count}. */
  private static Optional<List<Port>> ports(Proc proc, String path, int count) {
    if (!(proc.text(path) instanceof CallResult.Ok<String>(String text))) {
      return Optional.empty();
    }
    List<Port> ports = new ArrayList<>();
    for (String word : Fields.split(text.trim(), '\t')) {
      long number = Numeral.decimal(word).orElse(-1);
      if (number < 0 || number > Port.MAX) {
        return Optional.empty();
      }
      ports.add(new Port((int) number));
    }
    return ports.size() == count ? Optional.of(ports) : Optional.empty();
  }
}
