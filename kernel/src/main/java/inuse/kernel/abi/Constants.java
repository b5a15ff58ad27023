package inuse.kernel.abi;

/** Constants of the kernel's headers, named as the headers name them. */
public final class Constants {
  // linux/fcntl.h
  public static final int AT_FDCWD = -100;
  public static final int O_RDONLY = 0;
  public static final int O_CLOEXEC = 0x80000;

  // linux/socket.h, asm-generic/socket.h
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_REUSEADDR = 2;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_COOKIE = 57;
  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_V6ONLY = 26;
  public static final int IPPROTO_TCP = 6;
  public static final int IPPROTO_UDP = 17;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;

  // linux/fs.h
  public static final int RENAME_NOREPLACE = 1;

  // linux/signal.h, linux/signalfd.h
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGPIPE = 13;
  public static final int SIGTERM = 15;
  public static final int SIGCONT = 18;
  public static final int SIG_BLOCK = 0;
  public static final int SFD_CLOEXEC = 0x80000;
  public static final int SFD_NONBLOCK = 0x800;

  // linux/time.h
  public static final int CLOCK_REALTIME = 0;
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_BOOTTIME = 7;

  // asm-generic/ioctls.h
  public static final int TIOCGWINSZ = 0x5413;

  // linux/sockios.h
  public static final int SIOCGIFNAME = 0x8910;

  // linux/netlink.h
  public static final int NETLINK_SOCK_DIAG = 4;
  public static final int NLMSG_NOOP = 1;
  public static final int NLMSG_ERROR = 2;
  public static final int NLMSG_DONE = 3;
  public static final int NLM_F_REQUEST = 0x1;
  public static final int NLM_F_ACK = 0x4;
  public static final int NLM_F_DUMP_INTR = 0x10;
  public static final int NLM_F_DUMP = 0x300;

  // linux/sock_diag.h, linux/inet_diag.h
  public static final int SOCK_DIAG_BY_FAMILY = 20;
  public static final int SOCK_DESTROY = 21;
  public static final int SKNLGRP_INET_TCP_DESTROY = 1;
  public static final int SKNLGRP_INET_UDP_DESTROY = 2;
  public static final int SKNLGRP_INET6_TCP_DESTROY = 3;
  public static final int SKNLGRP_INET6_UDP_DESTROY = 4;
  public static final int INET_DIAG_REQ_BYTECODE = 1;
  public static final int INET_DIAG_BC_AUTO = 6;
  public static final int INET_DIAG_BC_S_EQ = 11;
  public static final int INET_DIAG_INFO = 2;
  public static final int INET_DIAG_SHUTDOWN = 8;
  public static final int INET_DIAG_SKV6ONLY = 11;
  public static final int INET_DIAG_CGROUP_ID = 21;
  public static final int INET_DIAG_SOCKOPT = 22;

  // net/tcp_states.h (not exported to user space)
  public static final int TCP_ESTABLISHED = 1;
  public static final int TCP_SYN_SENT = 2;
  public static final int TCP_SYN_RECV = 3;
  public static final int TCP_FIN_WAIT1 = 4;
  public static final int TCP_FIN_WAIT2 = 5;
  public static final int TCP_TIME_WAIT = 6;
  public static final int TCP_CLOSE = 7;
  public static final int TCP_CLOSE_WAIT = 8;
  public static final int TCP_LAST_ACK = 9;
  public static final int TCP_LISTEN = 10;
  public static final int TCP_CLOSING = 11;
  public static final int TCP_NEW_SYN_RECV = 12;
  public static final int TCP_BOUND_INACTIVE = 13;

  // linux/kernfs.h: enum fid_type, FILEID_KERNFS
  public static final int FILEID_KERNFS = 0xfe;

  private Constants() {}
}
