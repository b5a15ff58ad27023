package inuse.core.tune;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.PortUse;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.tune.SettingAdvice.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges each setting, only by what was found on this host. */
public final class SettingAdvisor {
  /** Percent of a limit from which it counts as near. */
  private static final int NEAR = 80;

  /** Fewer TIME_WAIT buckets than any host's default: the limit was lowered. */
  private static final int FEW_BUCKETS = 1024;

  private static final int DEFAULT_FIN_TIMEOUT = 60;
  private static final int DEFAULT_START = 1024;

  private final SettingsSnapshot here;

  private SettingAdvisor(SettingsSnapshot here) {
    this.here = here;
  }

  /** The advice on all settings, in the order of display. */
  public static List<SettingAdvice> of(SettingsSnapshot here) {
    SettingAdvisor advisor = new SettingAdvisor(here);
    List<SettingAdvice> all = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      all.add(advisor.judge(setting));
    }
    return all;
  }

  private SettingAdvice judge(Setting setting) {
    if (here.raw(setting) instanceof Reading.Unknown<String>(Reading.Why why)) {
      return say(
          setting,
          Status.UNKNOWN,
          switch (why) {
            case UNSUPPORTED -> "this kernel does not have it";
            case DENIED -> "you cannot read it here";
            case VANISHED, TIMED_OUT, UNREADABLE, TOO_MANY, NOT_ASKED -> "it could not be read";
          });
    }
    return switch (setting) {
      case IP_LOCAL_PORT_RANGE -> range();
      case IP_LOCAL_RESERVED_PORTS -> reserved();
      case TCP_TW_REUSE -> reuse();
      case TCP_TW_REUSE_DELAY ->
          say(
              setting,
              Status.NO_EFFECT,
              "it is not how long TIME_WAIT lasts, which is always 60 s; bind() never looks at it");
      case TCP_FIN_TIMEOUT -> finTimeout();
      case TCP_MAX_TW_BUCKETS -> buckets();
      case IP_UNPRIVILEGED_PORT_START -> start();
      case IP_AUTOBIND_REUSE ->
          is(setting, 0)
              ? say(setting, Status.FINE, "a bind to port 0 gets a port of its own")
              : advise(
                  setting,
                  "a bind to port 0 may get a port that another socket has;"
                      + " IP_BIND_ADDRESS_NO_PORT in the program is what helps",
                  "0");
      case BINDV6ONLY ->
          say(
              setting,
              Status.FINE,
              is(setting, 0)
                  ? "a server on [::] has the port of 0.0.0.0 too, unless it sets IPV6_V6ONLY"
                  : "a server on [::] has IPv6 only, unless it sets IPV6_V6ONLY to 0");
      case IP_NONLOCAL_BIND, IPV6_NONLOCAL_BIND ->
          say(
              setting,
              Status.FINE,
              is(setting, 0)
                  ? "an address that is not here is refused: EADDRNOTAVAIL"
                  : "any address can be bound: a wrong one goes unnoticed");
    };
  }

  private SettingAdvice range() {
    Setting setting = Setting.IP_LOCAL_PORT_RANGE;
    Optional<Range> known = here.range();
    if (known.isEmpty()) {
      return say(setting, Status.UNKNOWN, "what was read makes no sense");
    }
    Range range = known.get();
    int room = here.room(range, here.reserved());
    Optional<PortUse.Destination> busiest = here.use().busiest().stream().findFirst();
    int size = SettingsSnapshot.size(range);
    int ports = busiest.map(PortUse.Destination::ports).orElse(0);
    if (isNear(ports, room)) {
      String towards = busiest.map(SettingAdvisor::towards).orElse("");
      return full(
          "connections"
              + towards
              + " have "
              + ports
              + " of "
              + room
              + " ports: with none left connect() fails with EADDRNOTAVAIL");
    }
    int left = size - here.reserved().within(range);
    if (isNear(here.use().taken(), left)) {
      return full(
          here.use().taken()
              + " of "
              + left
              + " ports are taken: with none left a bind to port 0 fails with EADDRINUSE");
    }
    return say(
        setting,
        Status.FINE,
        ports == 0
            ? "no connection has a port of it now"
            : "the busiest destination has "
                + ports
                + " of "
                + room
                + " ports"
                + busiest.map(SettingAdvisor::towards).orElse(""));
  }

  private SettingAdvice full(String why) {
    Setting setting = Setting.IP_LOCAL_PORT_RANGE;
    Optional<Range> wider = Role.wider(here);
    return wider.isPresent()
        ? new SettingAdvice(
            setting,
            here.value(setting),
            Status.CHANGE,
            Phrase.of(why),
            command(InuseCommand.Choice.ROLE, Role.CLIENT.word()))
        : new SettingAdvice(
            setting,
            here.value(setting),
            Status.CHANGE,
            Phrase.of(
                why
                    + "; it can hardly be wider: keep connections open, or add an address"
                    + " or a destination"),
            Optional.empty());
  }

  private static String towards(PortUse.Destination one) {
    return " from " + one.local() + " to " + one.peer();
  }

  private SettingAdvice reserved() {
    Setting setting = Setting.IP_LOCAL_RESERVED_PORTS;
    Optional<Range> range = here.range();
    if (range.isEmpty()) {
      return say(setting, Status.UNKNOWN, "the range of ephemeral ports is not known");
    }
    PortSet reserved = here.reserved();
    List<PortUse.Server> exposed = here.exposed(range.get(), reserved);
    if (!exposed.isEmpty()) {
      PortSet ports = PortSet.of(exposed.stream().map(one -> one.local().port()).toList());
      return new SettingAdvice(
          setting,
          here.value(setting),
          Status.CHANGE,
          ServerPhrases.servers(exposed)
              .then(
                  " in the range "
                      + range.get()
                      + ": while it is down, an outgoing connection may take its port"),
          command(InuseCommand.Choice.RESERVED_PORTS, ports.toString()));
    }
    if (here.room(range.get(), reserved) == 0) {
      return advise(setting, "it leaves no port of the range " + range.get() + " to connections");
    }
    boolean blind = !here.use().gaps().isEmpty() && here.use().servers().isEmpty();
    return blind
        ? say(setting, Status.UNKNOWN, "the servers of this host could not be seen")
        : say(
            setting,
            Status.FINE,
            "no server has a port of the range " + range.get() + " that is not reserved");
  }

  private SettingAdvice reuse() {
    Setting setting = Setting.TCP_TW_REUSE;
    boolean helps =
        here.range().isPresent()
            && here.use().busiest().stream()
                .anyMatch(one ->
                    isNear(one.ports(), here.room(here.range().get(), here.reserved()))
                        && one.timeWait() * 2 > one.ports()
                        && (is(setting, 0) || (is(setting, 2) && !isLoopback(one))));
    if (helps) {
      return advise(
          setting,
          "most of the busiest destination's ports are in TIME_WAIT, and with 1 connect()"
              + " may take them again; it does nothing for bind",
          "1");
    }
    return say(
        setting,
        Status.NO_EFFECT,
        "connect() alone looks at it; a server sets SO_REUSEADDR instead");
  }

  private static boolean isLoopback(PortUse.Destination one) {
    String address = one.peer().address().toString();
    return address.startsWith("127.") || address.equals("::1");
  }

  private SettingAdvice finTimeout() {
    Setting setting = Setting.TCP_FIN_TIMEOUT;
    int seconds = here.number(setting).orElse(DEFAULT_FIN_TIMEOUT);
    return seconds > DEFAULT_FIN_TIMEOUT
        ? advise(
            setting,
            "a closed connection whose other side does not close holds its port for "
                + seconds
                + " s, longer than TIME_WAIT",
            Integer.toString(DEFAULT_FIN_TIMEOUT))
        : say(setting, Status.NO_EFFECT, "TIME_WAIT lasts 60 s, whatever this is");
  }

  private SettingAdvice buckets() {
    Setting setting = Setting.TCP_MAX_TW_BUCKETS;
    Optional<Integer> most = here.number(setting);
    if (most.isEmpty()) {
      return say(setting, Status.UNKNOWN, "what was read makes no sense");
    }
    int now = here.use().timeWait();
    if (most.get() < FEW_BUCKETS) {
      return advise(
          setting,
          "it was lowered: beyond "
              + most.get()
              + " a connection skips TIME_WAIT, and late segments of it may spoil a new one",
          "131072");
    }
    return isNear(now, most.get())
        ? advise(
            setting,
            now + " of " + most.get() + " are in TIME_WAIT; beyond that connections skip it",
            Integer.toString((int) Math.min(Integer.MAX_VALUE, most.get() * 2L)))
        : say(setting, Status.FINE, now + " of " + most.get() + " are in TIME_WAIT");
  }

  private SettingAdvice start() {
    Setting setting = Setting.IP_UNPRIVILEGED_PORT_START;
    int first = here.number(setting).orElse(DEFAULT_START);
    if (first > DEFAULT_START) {
      return advise(
          setting,
          "an ordinary user's bind to 1024 to " + (first - 1) + " fails with EACCES",
          Integer.toString(DEFAULT_START));
    }
    return say(
        setting,
        Status.FINE,
        first == 0
            ? "any user may bind any port, 22 and 80 too while they are free"
            : "below " + first + " bind() needs CAP_NET_BIND_SERVICE, or fails with EACCES");
  }

  private boolean is(Setting setting, int value) {
    return here.number(setting).equals(Optional.of(value));
  }

  private static boolean isNear(int used, int most) {
    return used > 0 && used * 100L >= (long) most * NEAR;
  }

  private SettingAdvice say(Setting setting, Status verdict, String because) {
    return new SettingAdvice(
        setting, here.value(setting), verdict, Phrase.of(because), Optional.empty());
  }

  private SettingAdvice advise(Setting setting, String because) {
    return say(setting, Status.CHANGE, because);
  }

  private SettingAdvice advise(Setting setting, String because, String value) {
    return new SettingAdvice(
        setting,
        here.value(setting),
        Status.CHANGE,
        Phrase.of(because),
        command(InuseCommand.Choice.SETTING, setting.key() + "=" + value));
  }

  private static Optional<InuseCommand> command(InuseCommand.Choice choice, String value) {
    return Optional.of(InuseCommand.of(InuseCommand.Verb.TUNE).with(choice, value));
  }
}
