package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Unit;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Properties of units, from one systemctl(1) per set of units. */
final class Systemd {
  /** Every socket unit that its manager has loaded. */
  static final String SOCKETS = "*.socket";

  /** Every service that its manager has loaded. */
  static final String SERVICES = "*.service";

  /** sd_booted(3): the directory is there when systemd is PID 1. */
  private static final String BOOTED = "/run/systemd/system";

  private static final List<String> PATHS = List.of("/usr/bin/systemctl", "/bin/systemctl");

  private static final String PROPERTIES =
      "--property=Id,ActiveState,MainPID,ControlPID,KillMode,Listen,Accept,Triggers,TriggeredBy,"
          + "Restart,NRestarts,NFileDescriptorStore";

  private final SystemCalls calls;
  private final Proc proc;
  private final Map<String, Reading<List<Shown>>> known = new HashMap<>();

  Systemd(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /** The properties of one unit; some, such as Listen, come several times. */
  record Shown(Map<String, List<String>> properties) {
    private List<String> all(String name) {
      return properties.getOrDefault(name, List.of());
    }

    private String one(String name) {
      return all(name).isEmpty() ? "" : all(name).getFirst();
    }

    String id() {
      return one("Id");
    }

    /** The names of units in a list that are safe in a command line. */
    private List<String> units(String property) {
      List<String> units = new ArrayList<>();
      for (String name : one(property).split(" ", -1)) {
        if (!name.isEmpty() && CgroupOwner.isUnitName(name)) {
          units.add(name);
        }
      }
      return units;
    }

    /** That unit, with what was shown of it. */
    Unit unit(Unit named) {
      return new Unit(named.name(), named.user(), Reading.known(main()), Optional.of(details()));
    }

    /** Its main process, and the one of a command that starts, reloads or stops it. */
    private Set<Pid> main() {
      Set<Pid> main = new LinkedHashSet<>();
      for (String property : List.of("MainPID", "ControlPID")) {
        long pid = Numeral.decimal(one(property)).orElse(0);
        if (pid > 0 && pid <= Integer.MAX_VALUE) {
          main.add(new Pid((int) pid));
        }
      }
      return main;
    }

    private Unit.Details details() {
      String restart = one("Restart");
      String state = one("ActiveState");
      return new Unit.Details(
          isWord(state) ? state : "",
          KillMode.of(one("KillMode")),
          isWord(restart) ? restart : "no",
          Numeral.decimal(one("NRestarts")).orElse(0),
          units("TriggeredBy"));
    }

    /** Whether it is a socket unit that listens on that port now, at any address. */
    boolean listens(Protocol protocol, Port port) {
      return listens(":" + port + type(protocol));
    }

    /** Whether it is one that listens at one of these addresses. */
    boolean listens(Protocol protocol, List<Endpoint> places) {
      return places.stream().anyMatch(one -> listens(one + type(protocol)));
    }

    private boolean listens(String end) {
      return id().endsWith(".socket")
          && one("ActiveState").equals("active")
          && all("Listen").stream().anyMatch(place -> place.endsWith(end));
    }

    private static String type(Protocol protocol) {
      return protocol == Protocol.TCP ? " (Stream)" : " (Datagram)";
    }

    SocketUnit socketUnit(boolean user) {
      return new SocketUnit(id(), user, units("Triggers"), one("Accept").equals("yes"));
    }

    /** Whether it is a service that has left descriptors with its manager. */
    boolean stores() {
      return id().endsWith(".service")
          && Numeral.decimal(one("NFileDescriptorStore")).orElse(0) > 0;
    }

    private static boolean isWord(String text) {
      return !text.isEmpty() && text.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
    }
  }

  boolean isThere() {
    int fd = proc.openDirectory(BOOTED);
    if (fd < 0) {
      return false;
    }
    calls.close(fd);
    return true;
  }

  /**
   * Units by name or pattern.
   *
   * @param user uid of the user whose own manager is asked
   */
  Reading<List<Shown>> show(OptionalLong user, List<String> units) {
    List<String> arguments = new ArrayList<>(List.of("systemctl"));
    List<String> environment = new ArrayList<>(List.of("LC_ALL=C", "SYSTEMD_COLORS=0"));
    if (user.isPresent()) {
      arguments.add("--user");
      environment.add("XDG_RUNTIME_DIR=/run/user/" + user.getAsLong());
    }
    arguments.addAll(List.of("--no-pager", PROPERTIES, "show", "--"));
    arguments.addAll(units);
    String question = String.join(" ", arguments);
    Reading<List<Shown>> shown = known.get(question);
    if (shown == null) {
      shown =
          switch (new ExternalCommand(calls).run(PATHS, arguments, environment)) {
            case Reading.Unknown<String>(Reading.Why why) -> Reading.unknown(why);
            case Reading.Known<String>(String text) -> Reading.known(parse(text));
          };
      known.put(question, shown);
    }
    return shown;
  }

  /** Blocks of lines NAME=VALUE, with an empty line between two units. */
  static List<Shown> parse(String text) {
    List<Shown> shown = new ArrayList<>();
    for (String block : text.split("\n\n", -1)) {
      Map<String, List<String>> properties = new TreeMap<>();
      for (String line : block.split("\n", -1)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          properties
              .computeIfAbsent(line.substring(0, equals), name -> new ArrayList<>())
              .add(line.substring(equals + 1));
        }
      }
      Shown unit = new Shown(properties);
      if (!unit.id().isEmpty() && CgroupOwner.isUnitName(unit.id())) {
        shown.add(unit);
      }
    }
    return shown;
  }

  /** The properties of that unit. */
  static Optional<Shown> find(List<Shown> shown, String name) {
    return shown.stream().filter(one -> one.id().equals(name)).findFirst();
  }
}
