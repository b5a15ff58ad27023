package inuse.core.io;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Zone;
import inuse.kernel.CallResult;
import java.util.Optional;

/**
 * The user's time zone, as tzset(3) finds it: TZ, else /etc/localtime; UTC where there is neither.
 */
public final class LocalZone implements Zone {
  private static final String FILES = "/usr/share/zoneinfo/";
  private static final int MAX_BYTES = 256 * 1024;

  /** A day: clocks differ by less, and are set by less. */
  private static final long DAY = 86_400_000;

  private final Optional<ZoneFile> file;
  private final Optional<ZoneRule> rule;

  private LocalZone(Optional<ZoneFile> file, Optional<ZoneRule> rule) {
    this.file = file;
    this.rule = rule;
  }

  /**
   * The zone.
   *
   * @param tz the variable of the environment
   */
  public static LocalZone of(Host host, Optional<String> tz) {
    if (tz.isEmpty()) {
      return new LocalZone(file(host, "/etc/localtime"), Optional.empty());
    }
    String name = tz.get().startsWith(":") ? tz.get().substring(1) : tz.get();
    if (name.startsWith("/")) {
      return new LocalZone(file(host, name), Optional.empty());
    }
    boolean plain = !name.isEmpty() && !name.contains("..") && Untrusted.isPlain(name, "/_-+.");
    Optional<ZoneFile> named = plain ? file(host, FILES + name) : Optional.empty();
    return new LocalZone(named, named.isPresent() ? Optional.empty() : ZoneRule.parse(name));
  }

  private static Optional<ZoneFile> file(Host host, String path) {
    return host.proc().start(path, MAX_BYTES) instanceof CallResult.Ok<String>(String content)
        ? ZoneFile.parse(content)
        : Optional.empty();
  }

  @Override
  public CivilTime local(Moment moment) {
    return CivilTime.of(new Moment(moment.epochMillis() + offset(moment)));
  }

  @Override
  public Moment moment(CivilTime local) {
    long wall = local.moment().epochMillis();
    long before = offset(new Moment(wall - DAY));
    long after = offset(new Moment(wall + DAY));
    Moment later = new Moment(wall - after);
    return offset(later) == after ? later : new Moment(wall - before);
  }

  @Override
  public String offsetWords(Moment moment) {
    long minutes = offset(moment) / 60_000;
    long size = Math.abs(minutes);
    return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
  }

  private static String two(long number) {
    return number < 10 ? "0" + number : Long.toString(number);
  }

  /** Milliseconds east of Greenwich. */
  private long offset(Moment moment) {
    return 1000
        * file.map(zone -> zone.offset(moment))
            .or(() -> rule.map(zone -> zone.offset(moment)))
            .orElse(0L);
  }
}
