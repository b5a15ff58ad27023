package inuse.core.tune;

import inuse.core.evidence.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A kernel setting (sysctl) that has to do with ports, or is said to. Each belongs to a network
 * namespace; a new one starts with the kernel's defaults, whatever is set outside. The javadoc of a
 * constant is its page for users.
 */
public enum Setting {
  /**
   * The ports that the kernel chooses from: net.ipv4.ip_local_port_range.
   *
   * <h2>What it does</h2>
   *
   * First and last of the ephemeral ports, for IPv4 and IPv6, TCP and UDP. An outgoing connection,
   * and a bind to port 0, gets one of them. Default 32768 60999.
   *
   * <h2>When it matters</h2>
   *
   * Each connection from one address to one destination (address and port) needs a port of its own,
   * and so do those in TIME_WAIT. With none left connect(2) fails with EADDRNOTAVAIL, a bind to
   * port 0 with EADDRINUSE. And a server whose port lies in the range finds it taken by an outgoing
   * connection, one day, after a restart.
   *
   * <h2>What to do</h2>
   *
   * {@code inuse tune} tells how full it is towards the busiest destination. Widen it only above
   * net.ipv4.ip_unprivileged_port_start, and reserve the ports of servers that it then covers:
   * {@code inuse tune --for client} does both. Better: keep connections open and use them again.
   *
   * <h2>What people get wrong</h2>
   *
   * The range does not limit how many connections there are in all, only how many to one
   * destination from one address. It says nothing about which ports servers may bind.
   *
   * <h2>Source</h2>
   *
   * ip(7); ipv4_local_port_range(), net/ipv4/sysctl_net_ipv4.c; __inet_hash_connect().
   */
  IP_LOCAL_PORT_RANGE(
      "net/ipv4/ip_local_port_range",
      "32768 60999",
      "the ports that outgoing connections, and binds to port 0, are given"),

  /**
   * Ports that the kernel does not choose: net.ipv4.ip_local_reserved_ports.
   *
   * <h2>What it does</h2>
   *
   * Keeps outgoing connections and binds to port 0 away from the ports in the list. A bind that
   * names the port still works. Default: none.
   *
   * <h2>When it matters</h2>
   *
   * For every server whose port lies in net.ipv4.ip_local_port_range. While it is down, an outgoing
   * connection may take its port, and then it cannot start: EADDRINUSE, also with SO_REUSEADDR.
   *
   * <h2>What to do</h2>
   *
   * {@code inuse tune --reserve 40000,41000-41009}, which adds to the list. This is the lasting
   * cure for "an outgoing connection has my server's port".
   *
   * <h2>What people get wrong</h2>
   *
   * Writing to it replaces the whole list: {@code sysctl -w} drops what others have reserved. It
   * protects nothing from a program that asks for the very port, and ports outside the range need
   * no reservation.
   *
   * <h2>Source</h2>
   *
   * Documentation/networking/ip-sysctl.rst; inet_is_local_reserved_port(), include/net/ip.h.
   */
  IP_LOCAL_RESERVED_PORTS(
      "net/ipv4/ip_local_reserved_ports",
      "",
      "ports of that range that the kernel gives only to a bind that names them"),

  /**
   * Whether connect() takes a port in TIME_WAIT: net.ipv4.tcp_tw_reuse.
   *
   * <h2>What it does</h2>
   *
   * Lets an outgoing connection take over the port of an old one to the same destination that is in
   * TIME_WAIT, where both sides use TCP timestamps, after net.ipv4.tcp_tw_reuse_delay. 0 never, 1
   * always, 2 (the default since Linux 4.19) over loopback only.
   *
   * <h2>When it matters</h2>
   *
   * On a client that opens and closes so many connections to one destination that the ephemeral
   * ports run out.
   *
   * <h2>What to do</h2>
   *
   * For a server that cannot bind: nothing here. Set SO_REUSEADDR in the server before bind(2).
   *
   * <h2>What people get wrong</h2>
   *
   * It is the most common advice against "Address already in use", and bind(2) never looks at it:
   * with 1, a bind to a port in TIME_WAIT is refused as before. Do not mix it up with
   * tcp_tw_recycle, which broke clients behind NAT and is gone since Linux 4.12.
   *
   * <h2>Source</h2>
   *
   * tcp_twsk_unique(), net/ipv4/tcp_ipv4.c, called by connect(2) alone; ip-sysctl.rst.
   */
  TCP_TW_REUSE(
      "net/ipv4/tcp_tw_reuse",
      "2",
      0,
      2,
      "whether connect() may take a port in TIME_WAIT: 0 no, 1 yes, 2 on loopback"),

  /**
   * How old TIME_WAIT is before connect() takes its port: net.ipv4.tcp_tw_reuse_delay.
   *
   * <h2>What it does</h2>
   *
   * Milliseconds in TIME_WAIT before net.ipv4.tcp_tw_reuse lets connect(2) take the port. Default
   * 1000; 1 to 60000. Since Linux 6.14.
   *
   * <h2>When it matters</h2>
   *
   * Where connections to one destination come faster than a thousand milliseconds and the range
   * allow, and tcp_tw_reuse is in force.
   *
   * <h2>What to do</h2>
   *
   * Leave it. Keep connections open instead.
   *
   * <h2>What people get wrong</h2>
   *
   * It is no length of TIME_WAIT: that is 60 s, always.
   *
   * <h2>Source</h2>
   *
   * tcp_twsk_unique(), net/ipv4/tcp_ipv4.c; ip-sysctl.rst.
   */
  TCP_TW_REUSE_DELAY(
      "net/ipv4/tcp_tw_reuse_delay",
      "1000",
      1,
      60_000,
      "milliseconds in TIME_WAIT before tcp_tw_reuse lets connect() take the port"),

  /**
   * How long FIN_WAIT2 lasts without an owner: net.ipv4.tcp_fin_timeout.
   *
   * <h2>What it does</h2>
   *
   * Seconds that a connection stays in FIN_WAIT2 after its program has closed it, while the other
   * side does not. Default 60.
   *
   * <h2>When it matters</h2>
   *
   * Rarely: where the other side is gone or keeps its end open. Such an orphan holds its local port
   * against a server without SO_REUSEADDR, as TIME_WAIT does.
   *
   * <h2>What to do</h2>
   *
   * Leave it, and set SO_REUSEADDR in the server.
   *
   * <h2>What people get wrong</h2>
   *
   * It does not shorten TIME_WAIT. That is TCP_TIMEWAIT_LEN, 60 s, compiled into the kernel: with
   * tcp_fin_timeout 5, 60 or 120, TIME_WAIT lasts 60 s.
   *
   * <h2>Source</h2>
   *
   * include/net/tcp.h (TCP_TIMEWAIT_LEN); tcp_time_wait(), net/ipv4/tcp_minisocks.c; tcp(7).
   */
  TCP_FIN_TIMEOUT(
      "net/ipv4/tcp_fin_timeout",
      "60",
      1,
      2_147_483,
      "seconds that FIN_WAIT2 lasts after its program has closed; not TIME_WAIT"),

  /**
   * How many TIME_WAIT there may be: net.ipv4.tcp_max_tw_buckets.
   *
   * <h2>What it does</h2>
   *
   * Above that number a connection that ends is forgotten at once instead of going to TIME_WAIT
   * (TCPTimeWaitOverflow counts them). The default depends on the memory: half the size of the
   * table of connections, 131072 on a host with some gigabytes.
   *
   * <h2>When it matters</h2>
   *
   * When the number is reached on a busy host: the kernel logs "time wait bucket table overflow".
   *
   * <h2>What to do</h2>
   *
   * Never lower it; raise it where it overflows.
   *
   * <h2>What people get wrong</h2>
   *
   * Lowering it does make TIME_WAIT go away, and with it the protection: segments of an old
   * connection that come late are taken for those of a new one, and the last acknowledgement is
   * lost without anyone to repeat it. The kernel's documentation says not to lower it. What is in
   * TIME_WAIT already stays.
   *
   * <h2>Source</h2>
   *
   * inet_twsk_alloc(), net/ipv4/inet_timewait_sock.c; ip-sysctl.rst; RFC 1337.
   */
  TCP_MAX_TW_BUCKETS(
      "net/ipv4/tcp_max_tw_buckets",
      "",
      0,
      Integer.MAX_VALUE,
      "how many TIME_WAIT there may be; connections beyond it skip TIME_WAIT"),

  /**
   * The first port that needs no privilege: net.ipv4.ip_unprivileged_port_start.
   *
   * <h2>What it does</h2>
   *
   * Below that port bind(2) needs CAP_NET_BIND_SERVICE, for IPv4 and IPv6. Default 1024; 0 for no
   * privileged ports at all. It may not be above the first port of net.ipv4.ip_local_port_range.
   *
   * <h2>When it matters</h2>
   *
   * Where an ordinary user's bind fails with EACCES. Containers often run with 0.
   *
   * <h2>What to do</h2>
   *
   * Prefer {@code setcap cap_net_bind_service=+ep PROGRAM}, AmbientCapabilities= of a unit, or a
   * .socket unit: they open the door to one program, this to every user.
   *
   * <h2>What people get wrong</h2>
   *
   * It has nothing to do with EADDRINUSE. EACCES comes first: an ordinary user sees it also where
   * the port is held.
   *
   * <h2>Source</h2>
   *
   * inet_port_requires_bind_service(), include/net/ip.h; __inet_bind(), net/ipv4/af_inet.c.
   */
  IP_UNPRIVILEGED_PORT_START(
      "net/ipv4/ip_unprivileged_port_start",
      "1024",
      0,
      65_535,
      "the first port that any user may bind; 0 for all of them"),

  /**
   * Whether bind to port 0 may share a port: net.ipv4.ip_autobind_reuse.
   *
   * <h2>What it does</h2>
   *
   * With 1, a bind to port 0 with SO_REUSEADDR may be given a port that another socket with
   * SO_REUSEADDR has, when no other is left. Default 0.
   *
   * <h2>When it matters</h2>
   *
   * For proxies that bind many source addresses with SO_REUSEADDR and port 0, and run out of ports.
   *
   * <h2>What to do</h2>
   *
   * Leave it; set IP_BIND_ADDRESS_NO_PORT in such a program instead, which chooses the port when it
   * connects.
   *
   * <h2>What people get wrong</h2>
   *
   * It changes nothing for a bind that names its port.
   *
   * <h2>Source</h2>
   *
   * inet_csk_find_open_port(), net/ipv4/inet_connection_sock.c; ip-sysctl.rst.
   */
  IP_AUTOBIND_REUSE(
      "net/ipv4/ip_autobind_reuse",
      "0",
      0,
      1,
      "whether bind to port 0 with SO_REUSEADDR may share a port when none is left"),

  /**
   * Whether new IPv6 sockets leave IPv4 alone: net.ipv6.bindv6only.
   *
   * <h2>What it does</h2>
   *
   * The default of IPV6_V6ONLY for new sockets. With 0 (the default) a server on [::] takes IPv4
   * connections too, and its port on 0.0.0.0 is taken with it.
   *
   * <h2>When it matters</h2>
   *
   * Where one server listens on [::]:80 and another on 0.0.0.0:80, or one program on both.
   *
   * <h2>What to do</h2>
   *
   * Set IPV6_V6ONLY in the program: it then works the same everywhere.
   *
   * <h2>What people get wrong</h2>
   *
   * It changes no socket that is there already, and none of a program that sets the option itself.
   *
   * <h2>Source</h2>
   *
   * ipv6(7); inet6_create(), net/ipv6/af_inet6.c.
   */
  BINDV6ONLY(
      "net/ipv6/bindv6only",
      "0",
      0,
      1,
      "whether new sockets on [::] leave IPv4 alone (the default of IPV6_V6ONLY)"),

  /**
   * Whether an address may be bound that is not here: net.ipv4.ip_nonlocal_bind.
   *
   * <h2>What it does</h2>
   *
   * With 1, bind(2) takes IPv4 addresses that no interface has. Default 0: EADDRNOTAVAIL.
   *
   * <h2>When it matters</h2>
   *
   * For a standby proxy (keepalived with HAProxy) whose address comes to this host later.
   *
   * <h2>What to do</h2>
   *
   * Prefer IP_FREEBIND in the program, or FreeBind= in a .socket unit, which concern one socket.
   *
   * <h2>What people get wrong</h2>
   *
   * It does not help against EADDRINUSE; and with 1 a wrong address is bound without an error and
   * reached by nobody.
   *
   * <h2>Source</h2>
   *
   * inet_can_nonlocal_bind(), include/net/inet_sock.h; ip(7).
   */
  IP_NONLOCAL_BIND(
      "net/ipv4/ip_nonlocal_bind",
      "0",
      0,
      1,
      "whether IPv4 addresses can be bound that this host does not have"),

  /**
   * Whether an IPv6 address may be bound that is not here: net.ipv6.ip_nonlocal_bind.
   *
   * <h2>What it does</h2>
   *
   * With 1, bind(2) takes IPv6 addresses that no interface has. Default 0: EADDRNOTAVAIL.
   *
   * <h2>When it matters</h2>
   *
   * As net.ipv4.ip_nonlocal_bind does; also right after boot, while addresses are still tentative.
   *
   * <h2>What to do</h2>
   *
   * Prefer IPV6_FREEBIND in the program, or FreeBind= in a .socket unit.
   *
   * <h2>What people get wrong</h2>
   *
   * The setting for IPv4 does not concern IPv6, nor this one IPv4.
   *
   * <h2>Source</h2>
   *
   * ipv6_can_nonlocal_bind(), include/net/ipv6.h; ip-sysctl.rst.
   */
  IPV6_NONLOCAL_BIND(
      "net/ipv6/ip_nonlocal_bind",
      "0",
      0,
      1,
      "whether IPv6 addresses can be bound that this host does not have");

  private static final String ROOT = "/proc/sys/";

  private final String file;
  private final String defaultValue;
  private final int least;
  private final int most;
  private final String does;

  /** One that is a number. */
  Setting(String file, String usual, int least, int most, String does) {
    this.file = file;
    this.defaultValue = usual;
    this.least = least;
    this.most = most;
    this.does = does;
  }

  /** One of ports. */
  Setting(String file, String usual, String does) {
    this(file, usual, 0, Port.MAX, does);
  }

  /** As {@code net.ipv4.tcp_tw_reuse}: how sysctl(8) and its files name it. */
  public String key() {
    return file.replace('/', '.');
  }

  /** The last part of the name. */
  public String shortName() {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Its file. */
  public String path() {
    return ROOT + file;
  }

  /** The kernel's default; nothing for the one that depends on the memory. */
  public Optional<String> defaultValue() {
    return this == TCP_MAX_TW_BUCKETS ? Optional.empty() : Optional.of(defaultValue);
  }

  /** What values it may have. */
  public ValueFormat form() {
    return switch (this) {
      case IP_LOCAL_PORT_RANGE -> new ValueFormat.PortRange();
      case IP_LOCAL_RESERVED_PORTS -> new ValueFormat.PortList();
      case TCP_TW_REUSE,
          TCP_TW_REUSE_DELAY,
          TCP_FIN_TIMEOUT,
          TCP_MAX_TW_BUCKETS,
          IP_UNPRIVILEGED_PORT_START,
          IP_AUTOBIND_REUSE,
          BINDV6ONLY,
          IP_NONLOCAL_BIND,
          IPV6_NONLOCAL_BIND ->
          new ValueFormat.WholeNumber(least, most);
    };
  }

  /** A value as we write it; one that we would not write is shown as it is. */
  public String canonical(String raw) {
    return form().canonical(raw).orElse(raw.trim());
  }

  /** What it really does, in one sentence. */
  public String does() {
    return does;
  }

  /** Whether each network namespace has its own: all of them, since Linux 4.15 or their making. */
  public boolean isPerNamespace() {
    return file.startsWith("net/");
  }

  /** Those of that name, with or without what stands before it: one, none or, seldom, two. */
  public static List<Setting> named(String name) {
    String plain = name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    String key = plain.replace('/', '.');
    List<Setting> found = new ArrayList<>();
    for (Setting one : values()) {
      if (key.equals(one.key()) || key.equals(one.shortName())) {
        found.add(one);
      }
    }
    return found;
  }
}
