package inuse.zoo;

import java.util.ArrayList;
import java.util.List;

/** Debian's systemd as the first process of a machine. */
final class SystemdLab extends Machine {
  private static final String UNITS = "/run/systemd/system/";

  private final List<String> units = new ArrayList<>();

  SystemdLab() {
    super("systemd", "systemctl", "nsenter", "unshare");
  }

  @Override
  void awaitUp() {
    awaitSuccess("systemctl", "is-system-running");
  }

  /** Writes a unit file; {@link #start} comes next. */
  void unit(String name, String text) {
    write(UNITS + name, text);
    units.add(name);
  }

  /** Starts the unit and waits until systemd calls it active. */
  void start(String unit) {
    run("systemctl", "daemon-reload");
    run("systemctl", "start", unit);
  }

  /** The pid of the unit's main process, as the machine counts. */
  long mainPid(String unit) {
    return Long.parseLong(run("systemctl", "show", "-p", "MainPID", "--value", unit));
  }

  @Override
  void tidy() {
    for (String unit : units.reversed()) {
      // Of a template, what was made of it.
      run("systemctl", "stop", unit.replace("@.", "@*."));
      run("rm", UNITS + unit);
    }
    units.clear();
    run("systemctl", "daemon-reload");
    run("systemctl", "reset-failed");
  }
}
