package inuse.cli.commands;

import inuse.core.evidence.Holder;
import inuse.render.Escape;
import inuse.run.guard.RefusedId;
import java.util.Optional;

/** What is said of a number that somebody else has. */
final class RefusedIdText {
  private static final String[] PROTOCOLS = {
    "NETLINK_ROUTE", "", "NETLINK_USERSOCK", "NETLINK_FIREWALL", "NETLINK_SOCK_DIAG",
    "NETLINK_NFLOG", "NETLINK_XFRM", "NETLINK_SELINUX", "NETLINK_ISCSI", "NETLINK_AUDIT",
    "NETLINK_FIB_LOOKUP", "NETLINK_CONNECTOR", "NETLINK_NETFILTER", "NETLINK_IP6_FW", "",
    "NETLINK_KOBJECT_UEVENT", "NETLINK_GENERIC"
  };

  private RefusedIdText() {}

  /**
   * A sentence about the program.
   *
   * @param holder who has the socket that has it: often, but not always, the process whose pid a
   *     netlink id is
   */
  static String of(RefusedId taken, Optional<Holder> holder) {
    return switch (taken.space()) {
      case NETLINK ->
          "cannot bind the netlink id "
              + taken.id()
              + " of "
              + protocol(taken.protocol())
              + " (EADDRINUSE): "
              + holder
                  .map(one -> Escape.text(one.command()) + " (pid " + one.pid() + ") has it")
                  .orElse("another socket has it, see /proc/net/netlink")
              + "; let the kernel choose the id (nl_pid 0)";
      case VSOCK ->
          "cannot bind the port "
              + taken.id()
              + " of VSOCK (EADDRINUSE): another socket has it, see ss --vsock";
    };
  }

  private static String protocol(int number) {
    boolean known = number >= 0 && number < PROTOCOLS.length && !PROTOCOLS[number].isEmpty();
    return known ? PROTOCOLS[number] : "protocol " + number;
  }
}
