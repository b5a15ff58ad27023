package inuse.core.evidence;

import java.util.List;

/**
 * A systemd socket unit that listens on the port.
 *
 * @param name made only of characters that systemd allows in one
 * @param user whether a user's own manager runs it
 * @param services the units that it starts, made only of such characters
 * @param accepts whether it accepts connections itself and starts an instance for each: Accept=yes
 */
public record SocketUnit(String name, boolean user, List<String> services, boolean accepts) {
  /** One whose service accepts the connections. */
  public SocketUnit(String name, boolean user, List<String> services) {
    this(name, user, services, false);
  }

  public SocketUnit {
    services = List.copyOf(services);
  }

  /** Whether it takes logins by ssh. */
  public boolean servesSsh() {
    return isSsh(name) || services.stream().anyMatch(SocketUnit::isSsh);
  }

  /** Debian's, Fedora's and others' names: ssh.socket, sshd@.service, dropbear.socket. */
  private static boolean isSsh(String unit) {
    int end = 0;
    while (end < unit.length() && unit.charAt(end) != '.' && unit.charAt(end) != '@') {
      end++;
    }
    return switch (unit.substring(0, end)) {
      case "ssh", "sshd", "dropbear" -> true;
      default -> false;
    };
  }
}
