package inuse.core.tune;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.PortUse;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found in one network namespace.
 *
 * @param values as the kernel gives them, byte for byte; a setting that it lacks is unsupported
 * @param namespace its inode
 * @param ofInit whether it is that of PID 1, and so the host's or the container's
 */
public record SettingsSnapshot(
    Map<Setting, Reading<String>> values,
    PortUse use,
    Reading<Long> namespace,
    Reading<Boolean> ofInit) {
  public SettingsSnapshot {
    values = Collections.unmodifiableMap(new EnumMap<>(values));
  }

  /** The kernel's text. */
  public Reading<String> raw(Setting setting) {
    Reading<String> raw = values.get(setting);
    return raw == null ? Reading.unknown(Reading.Why.NOT_ASKED) : raw;
  }

  /** The value as we would write it. */
  public Reading<String> value(Setting setting) {
    return switch (raw(setting)) {
      case Reading.Unknown<String>(Reading.Why why) -> Reading.unknown(why);
      case Reading.Known<String>(String raw) -> Reading.known(setting.canonical(raw));
    };
  }

  /** The ephemeral ports. */
  public Optional<Range> range() {
    return raw(Setting.IP_LOCAL_PORT_RANGE).toOptional().flatMap(ValueFormat::range);
  }

  /** The reserved ports. */
  public PortSet reserved() {
    return raw(Setting.IP_LOCAL_RESERVED_PORTS)
        .toOptional()
        .flatMap(PortSet::parse)
        .orElse(PortSet.NONE);
  }

  /** The value as a number. */
  public Optional<Integer> number(Setting setting) {
    return raw(setting).toOptional().flatMap(raw -> Decimal.parse(raw.trim(), Integer.MAX_VALUE));
  }

  /** The first port that any user may bind. */
  int unprivileged() {
    return number(Setting.IP_UNPRIVILEGED_PORT_START).orElse(1024);
  }

  /** How many connections one address can have to one destination. */
  int room(Range range, PortSet reserved) {
    // connect(2) does not use the last port of a range of odd size.
    int size = (range.last().number() - range.first().number() + 1) & ~1;
    PortSet servers =
        PortSet.of(
            use.listeners().stream()
                .filter(one -> one.protocol() == Protocol.TCP)
                .map(one -> one.local().port())
                .toList());
    return Math.max(0, size - reserved.plus(servers).within(range));
  }

  /** Servers in a range whose ports are not reserved. */
  List<PortUse.Server> exposed(Range range, PortSet reserved) {
    return use.listeners().stream()
        .filter(one -> range.contains(one.local().port()))
        .filter(one -> !reserved.contains(one.local().port()))
        .toList();
  }

  /** Ports of servers that another range would contain, and that are not reserved. */
  PortSet swallowed(Range range, PortSet reserved) {
    return PortSet.of(
        use.servers().stream()
            .filter(port -> range.contains(port) && !reserved.contains(port))
            .toList());
  }

  static int size(Range range) {
    return range.last().number() - range.first().number() + 1;
  }

  static Range range(int first, int last) {
    return new Range(new Port(first), new Port(last));
  }
}
