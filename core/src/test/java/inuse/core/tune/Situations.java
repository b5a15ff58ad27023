package inuse.core.tune;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortUse;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds snapshots of a host with the kernel's defaults, on which only runs what a test adds. */
final class Situations {
  private final Map<Setting, Reading<String>> values = new EnumMap<>(Setting.class);
  private final List<PortUse.Destination> busiest = new ArrayList<>();
  private final List<PortUse.Server> servers = new ArrayList<>();
  private int timeWait;
  private int taken;

  Situations() {
    for (Setting setting : Setting.values()) {
      value(setting, setting.defaultValue().orElse("131072"));
    }
    value(Setting.IP_LOCAL_PORT_RANGE, "32768\t60999");
  }

  /** As the kernel would tell it, but for the line end. */
  Situations value(Setting setting, String value) {
    values.put(setting, Reading.known(value + "\n"));
    return this;
  }

  Situations without(Setting setting) {
    values.put(setting, Reading.unknown(Reading.Why.UNSUPPORTED));
    return this;
  }

  Situations server(int port) {
    servers.add(
        new PortUse.Server(
            Protocol.TCP,
            new Endpoint(IpAddress.ANY_V4, new Port(port)),
            Optional.of(new Ancestor(new Pid(10), new Untrusted("nginx")))));
    return this;
  }

  /** So many connections to one place. */
  Situations connections(String peer, int ports, int waiting) {
    busiest.add(
        new PortUse.Destination(
            IpAddress.parse("10.0.0.1").orElseThrow(),
            new Endpoint(IpAddress.parse(peer).orElseThrow(), new Port(5432)),
            ports,
            waiting));
    taken = Math.max(taken, ports);
    return this;
  }

  Situations taken(int ports) {
    taken = ports;
    return this;
  }

  Situations timeWait(int sockets) {
    timeWait = sockets;
    return this;
  }

  SettingsSnapshot build() {
    SettingsSnapshot empty =
        new SettingsSnapshot(values, use(servers), Reading.known(1L), Reading.known(true));
    return new SettingsSnapshot(
        values,
        use(
            servers.stream()
                .filter(one ->
                    empty.range().filter(all -> all.contains(one.local().port())).isPresent())
                .toList()),
        Reading.known(1L),
        Reading.known(true));
  }

  private PortUse use(List<PortUse.Server> inside) {
    return new PortUse(
        timeWait,
        taken,
        busiest,
        inside,
        servers.stream().map(one -> one.local().port()).toList(),
        List.of());
  }
}
