package inuse.core.evidence;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How the caller's login came in, as the kernel and files of root tell it. What the environment
 * says is only added: the user has set it, and sudo has taken it away.
 *
 * @param way processes besides the caller's ancestors that the login comes through: the leader of
 *     its session, the clients of its tmux or screen with what they come through, its sshd
 * @param ssh whether an sshd is among those or among the ancestors
 * @param sshPorts ports of this host that the environment of one of them says it came in by
 */
public record Login(Set<Pid> way, Late<Boolean> ssh, Late<Set<Port>> sshPorts) {
  /** One that came in by nothing that can be seen. */
  public static final Login UNKNOWN = new Login(Set.of(), false, Set.of());

  public Login {
    way = Collections.unmodifiableSet(new LinkedHashSet<>(way));
  }

  /** One of which all is known. */
  public Login(Set<Pid> way, boolean ssh, Set<Port> sshPorts) {
    this(way, Late.of(ssh), Late.of(sshPorts));
  }

  /** The programs that serve an SSH login, by the name of their file. */
  public static boolean isSshd(Untrusted program) {
    return switch (program.bytes()) {
      case "sshd", "sshd-session", "sshd-auth", "dropbear" -> true;
      default -> false;
    };
  }
}
