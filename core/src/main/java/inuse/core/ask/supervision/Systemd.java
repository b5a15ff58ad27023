package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
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

  /** sd_booted(3): the directory is there when systemd is PID 1. */
  private static final String BOOTED = "/run/systemd/system";

  private static final List<String> PATHS = List.of("/usr/bin/systemctl", "/bin/systemctl");

  /** States of a unit that has been started; "activating" may mean that it waits for a restart. */
  private static final Set<String> ACTIVE = Set.of("active", "reloading", "refreshing");

  private static final String PROPERTIES =
      "--property=Id,ActiveState,MainPID,ControlPID,Listen,Triggers,TriggeredBy,Restart,NRestarts";

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
      return new Unit.Details(
          ACTIVE.contains(one("ActiveState")),
          isWord(restart) ? restart : "no",
          Numeral.decimal(one("NRestarts")).orElse(0),
          units("TriggeredBy"));
    }

    /** Whether it is a socket unit that listens on that port now. */
    boolean listens(Protocol protocol, Port port) {
      String type = protocol == Protocol.TCP ? " (Stream)" : " (Datagram)";
      return id().endsWith(".socket")
          && one("ActiveState").equals("active")
          && all("Listen").stream().anyMatch(place -> place.endsWith(":" + port + type));
    }

    SocketUnit socketUnit(boolean user) {
      return new SocketUnit(id(), user, units("Triggers"));
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
