package inuse.kernel.abi;

/** Constants of the kernel's headers, named as the headers name them. */
public final class Constants {
  // linux/fcntl.h
  public static final int AT_FDCWD = -100;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_NOCTTY = 0x100;
  public static final int O_EXCL = 0x80;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_APPEND = 0x400;
  public static final int O_TRUNC = 0x200;
  public static final int O_CLOEXEC = 0x80000;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_GETFD = 1;
  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;
  public static final int FD_CLOEXEC = 1;
  public static final int O_PATH = 0x200000;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_EACCESS = 0x200;
  public static final int AT_REMOVEDIR = 0x200;
  public static final int AT_EMPTY_PATH = 0x1000;

  // sys/file.h
  public static final int LOCK_SH = 1;
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;

  // unistd.h
  public static final int W_OK = 2;
  public static final int X_OK = 1;

  // linux/stat.h
  public static final int STATX_SIZE = 0x200;
  public static final int STATX_INO = 0x100;
  public static final int STATX_UID = 0x8;
  public static final int STATX_BASIC_STATS = 0x7ff;
  public static final int S_ISUID = 0x800;
  public static final int S_ISGID = 0x400;
  public static final int S_IFMT = 0xf000;
  public static final int S_IFSOCK = 0xc000;
  public static final int S_IFLNK = 0xa000;
  public static final int S_IFREG = 0x8000;
  public static final int S_IFBLK = 0x6000;
  public static final int S_IFDIR = 0x4000;
  public static final int S_IFCHR = 0x2000;
  public static final int S_IFIFO = 0x1000;
  public static final int S_ISVTX = 0x200;

  // linux/socket.h, asm-generic/socket.h
  public static final int AF_UNSPEC = 0;
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int AF_VSOCK = 40;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_SEQPACKET = 5;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_REUSEADDR = 2;
  public static final int SO_TYPE = 3;
  public static final int SO_ACCEPTCONN = 30;
  public static final int SO_KEEPALIVE = 9;
  public static final int SO_PRIORITY = 12;
  public static final int SO_LINGER = 13;
  public static final int SO_PEERCRED = 17;
  public static final int SO_PEERPIDFD = 77;
  public static final int SO_DOMAIN = 39;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_PROTOCOL = 38;
  public static final int SO_BINDTODEVICE = 25;
  public static final int SO_PEEK_OFF = 42;
  public static final int SO_COOKIE = 57;
  public static final int SO_BINDTOIFINDEX = 62;
  public static final int SO_NETNS_COOKIE = 71;
  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_V6ONLY = 26;
  public static final int IPPROTO_IP = 0;
  public static final int IP_FREEBIND = 15;
  public static final int IP_TRANSPARENT = 19;
  public static final int IPPROTO_TCP = 6;
  public static final int IPPROTO_UDP = 17;
  public static final int IPPROTO_MPTCP = 262;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int TCP_NODELAY = 1;
  public static final int TCP_KEEPIDLE = 4;
  public static final int TCP_KEEPINTVL = 5;
  public static final int TCP_KEEPCNT = 6;
  public static final int TCP_DEFER_ACCEPT = 9;
  public static final int TCP_INFO = 11;
  public static final int TCP_USER_TIMEOUT = 18;
  public static final int TCP_FASTOPEN = 23;
  public static final int MSG_PEEK = 0x2;

  /** Memory of a file that is only read. */
  public static final int PROT_READ = 1;

  public static final int PROT_WRITE = 2;

  public static final int MAP_PRIVATE = 2;
  public static final int MAP_SHARED = 1;

  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_CMSG_CLOEXEC = 0x40000000;
  public static final int SCM_RIGHTS = 1;

  // linux/sched.h
  public static final int CLONE_NEWUSER = 0x10000000;
  public static final int CLONE_NEWNET = 0x40000000;

  // linux/nsfs.h
  public static final int NS_GET_USERNS = 0xb701;
  public static final int NS_GET_NSTYPE = 0xb703;

  // linux/fs.h
  public static final int RENAME_NOREPLACE = 1;

  // linux/signal.h, linux/signalfd.h
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGPIPE = 13;
  public static final int SIGTERM = 15;
  public static final int SIGTTIN = 21;
  public static final int SIGCONT = 18;
  public static final int SIGQUIT = 3;
  public static final int SIGCHLD = 17;
  public static final int SIGSTOP = 19;
  public static final int SIGTSTP = 20;
  public static final int SIGWINCH = 28;
  public static final int SIG_BLOCK = 0;
  public static final int SFD_CLOEXEC = 0x80000;
  public static final int SFD_NONBLOCK = 0x800;

  // linux/time.h
  public static final int CLOCK_REALTIME = 0;
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_BOOTTIME = 7;

  // asm-generic/ioctls.h, asm-generic/termbits.h
  public static final int TCGETS = 0x5401;
  public static final int TCSETS = 0x5402;
  public static final int TIOCGWINSZ = 0x5413;
  public static final int BRKINT = 0x2;
  public static final int INPCK = 0x10;
  public static final int ISTRIP = 0x20;
  public static final int ICRNL = 0x100;
  public static final int IXON = 0x400;
  public static final int ICANON = 0x2;
  public static final int ECHO = 0x8;
  public static final int IEXTEN = 0x8000;
  public static final int VTIME = 5;
  public static final int VMIN = 6;

  // linux/sockios.h
  public static final int SIOCGIFNAME = 0x8910;
  public static final int SIOCGIFINDEX = 0x8933;

  // sys/resource.h
  public static final int RLIMIT_NOFILE = 7;
  public static final int RLIMIT_MEMLOCK = 8;

  // linux/capability.h
  public static final int CAP_DAC_OVERRIDE = 1;
  public static final int CAP_DAC_READ_SEARCH = 2;
  public static final int CAP_SETUID = 7;
  public static final int CAP_NET_BIND_SERVICE = 10;
  public static final int CAP_NET_ADMIN = 12;
  public static final int CAP_NET_RAW = 13;
  public static final int CAP_SYS_PTRACE = 19;
  public static final int CAP_SYS_ADMIN = 21;
  public static final int CAP_PERFMON = 38;
  public static final int CAP_BPF = 39;

  // linux/bpf.h
  public static final int BPF_MAP_CREATE = 0;
  public static final int BPF_MAP_LOOKUP_ELEM = 1;
  public static final int BPF_MAP_UPDATE_ELEM = 2;
  public static final int BPF_MAP_DELETE_ELEM = 3;
  public static final int BPF_MAP_TYPE_HASH = 1;
  public static final int BPF_MAP_TYPE_ARRAY = 2;
  public static final int BPF_MAP_TYPE_RINGBUF = 27;
  public static final int BPF_F_NO_PREALLOC = 1;
  public static final int BPF_PROG_TYPE_CGROUP_SOCK = 9;
  public static final int BPF_PROG_TYPE_SOCK_OPS = 13;
  public static final int BPF_PROG_TYPE_CGROUP_SOCK_ADDR = 18;
  public static final int BPF_CGROUP_SOCK_OPS = 3;
  public static final int BPF_CGROUP_INET4_BIND = 8;
  public static final int BPF_CGROUP_INET6_BIND = 9;
  public static final int BPF_CGROUP_INET4_POST_BIND = 12;
  public static final int BPF_CGROUP_INET6_POST_BIND = 13;
  public static final int BPF_CGROUP_INET_SOCK_RELEASE = 34;
  public static final long BPF_RINGBUF_BUSY_BIT = 0x8000_0000L;
  public static final long BPF_RINGBUF_DISCARD_BIT = 0x4000_0000L;
  public static final int BPF_PROG_LOAD = 5;
  public static final int BPF_LINK_CREATE = 28;
  public static final int BPF_ITER_CREATE = 33;
  public static final int BPF_PROG_TYPE_TRACING = 26;
  public static final int BPF_TRACE_ITER = 28;

  /** _LINUX_CAPABILITY_VERSION_3. */
  public static final int _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

  // linux/kcmp.h
  public static final int KCMP_FILE = 0;
  public static final int KCMP_FILES = 2;

  // linux/io_uring.h
  public static final int IORING_OP_ACCEPT = 13;

  // linux/netlink.h
  public static final int NETLINK_ROUTE = 0;
  public static final int NETLINK_SOCK_DIAG = 4;
  public static final int NETLINK_NETFILTER = 12;
  public static final int NLMSG_NOOP = 1;
  public static final int NLMSG_ERROR = 2;
  public static final int NLMSG_DONE = 3;
  public static final int NLM_F_REQUEST = 0x1;
  public static final int NLM_F_ACK = 0x4;
  public static final int NLM_F_DUMP_INTR = 0x10;
  public static final int NLM_F_DUMP = 0x300;

  // linux/netfilter.h
  public static final int NFPROTO_INET = 1;
  public static final int NFPROTO_IPV4 = 2;
  public static final int NFPROTO_IPV6 = 10;
  public static final int NF_INET_PRE_ROUTING = 0;

  // linux/netfilter/nfnetlink.h, linux/netfilter/nf_tables.h
  public static final int NFNL_SUBSYS_NFTABLES = 10;
  public static final int NFT_MSG_GETCHAIN = 4;
  public static final int NFT_MSG_GETRULE = 7;
  public static final int NFT_MSG_GETSET = 10;
  public static final int NFT_MSG_GETSETELEM = 13;
  public static final int NFTA_CHAIN_TABLE = 1;
  public static final int NFTA_CHAIN_NAME = 3;
  public static final int NFTA_CHAIN_HOOK = 4;
  public static final int NFTA_HOOK_HOOKNUM = 1;
  public static final int NFTA_RULE_TABLE = 1;
  public static final int NFTA_RULE_CHAIN = 2;
  public static final int NFTA_RULE_EXPRESSIONS = 4;
  public static final int NFTA_EXPR_NAME = 1;
  public static final int NFTA_EXPR_DATA = 2;
  public static final int NFTA_SET_TABLE = 1;
  public static final int NFTA_SET_NAME = 2;
  public static final int NFTA_SET_FLAGS = 3;
  public static final int NFT_SET_INTERVAL = 4;
  public static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  public static final int NFTA_SET_ELEM_LIST_SET = 2;
  public static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
  public static final int NFTA_SET_ELEM_KEY = 1;
  public static final int NFTA_SET_ELEM_DATA = 2;
  public static final int NFTA_SET_ELEM_FLAGS = 3;
  public static final int NFTA_SET_ELEM_KEY_END = 10;
  public static final int NFT_SET_ELEM_INTERVAL_END = 1;
  public static final int NFTA_DATA_VALUE = 1;
  public static final int NFTA_DATA_VERDICT = 2;
  public static final int NFTA_VERDICT_CODE = 1;
  public static final int NFTA_VERDICT_CHAIN = 2;
  public static final int NFT_CONTINUE = -1;
  public static final int NFT_BREAK = -2;
  public static final int NFT_JUMP = -3;
  public static final int NFT_GOTO = -4;
  public static final int NFT_RETURN = -5;
  public static final int NFTA_NAT_TYPE = 1;
  public static final int NFT_NAT_DNAT = 1;
  public static final int NFTA_NAT_REG_ADDR_MIN = 3;
  public static final int NFTA_NAT_REG_ADDR_MAX = 4;
  public static final int NFTA_NAT_REG_PROTO_MIN = 5;
  public static final int NFTA_NAT_REG_PROTO_MAX = 6;
  public static final int NFTA_REDIR_REG_PROTO_MIN = 1;
  public static final int NFTA_REDIR_REG_PROTO_MAX = 2;
  public static final int NFTA_TPROXY_REG_ADDR = 2;
  public static final int NFTA_TPROXY_REG_PORT = 3;
  public static final int NFTA_PAYLOAD_DREG = 1;
  public static final int NFTA_PAYLOAD_BASE = 2;
  public static final int NFTA_PAYLOAD_OFFSET = 3;
  public static final int NFTA_PAYLOAD_LEN = 4;
  public static final int NFT_PAYLOAD_NETWORK_HEADER = 1;
  public static final int NFT_PAYLOAD_TRANSPORT_HEADER = 2;
  public static final int NFTA_META_DREG = 1;
  public static final int NFTA_META_KEY = 2;
  public static final int NFT_META_NFPROTO = 15;
  public static final int NFT_META_L4PROTO = 16;
  public static final int NFT_META_IIFNAME = 6;
  public static final int NFT_META_OIFNAME = 7;
  public static final int NFTA_IMMEDIATE_DREG = 1;
  public static final int NFTA_IMMEDIATE_DATA = 2;
  public static final int NFTA_BITWISE_SREG = 1;
  public static final int NFTA_BITWISE_DREG = 2;
  public static final int NFTA_BITWISE_MASK = 4;
  public static final int NFTA_BITWISE_XOR = 5;
  public static final int NFTA_BITWISE_OP = 6;
  public static final int NFTA_CMP_SREG = 1;
  public static final int NFTA_CMP_OP = 2;
  public static final int NFTA_CMP_DATA = 3;
  public static final int NFT_CMP_EQ = 0;
  public static final int NFT_CMP_NEQ = 1;
  public static final int NFT_CMP_LT = 2;
  public static final int NFT_CMP_LTE = 3;
  public static final int NFT_CMP_GT = 4;
  public static final int NFT_CMP_GTE = 5;
  public static final int NFTA_RANGE_SREG = 1;
  public static final int NFTA_RANGE_OP = 2;
  public static final int NFTA_RANGE_FROM_DATA = 3;
  public static final int NFTA_RANGE_TO_DATA = 4;
  public static final int NFT_RANGE_NEQ = 1;
  public static final int NFTA_LOOKUP_SET = 1;
  public static final int NFTA_LOOKUP_SREG = 2;
  public static final int NFTA_LOOKUP_DREG = 3;
  public static final int NFTA_LOOKUP_FLAGS = 5;
  public static final int NFT_LOOKUP_F_INV = 1;

  // linux/netfilter/nf_tables_compat.h
  public static final int NFTA_MATCH_NAME = 1;
  public static final int NFTA_MATCH_REV = 2;
  public static final int NFTA_MATCH_INFO = 3;
  public static final int NFTA_TARGET_NAME = 1;
  public static final int NFTA_TARGET_REV = 2;
  public static final int NFTA_TARGET_INFO = 3;

  // linux/netfilter_ipv4/ip_tables.h, whose numbers ip6_tables.h has too
  public static final int IPT_SO_GET_INFO = 64;
  public static final int IPT_SO_GET_ENTRIES = 65;

  // linux/rtnetlink.h, linux/if_addr.h, linux/if_link.h, linux/if.h
  public static final int RTM_NEWLINK = 16;
  public static final int RTM_GETLINK = 18;
  public static final int RTM_GETADDR = 22;
  public static final int IFA_ADDRESS = 1;
  public static final int IFA_LOCAL = 2;
  public static final int IFA_FLAGS = 8;
  public static final int IFA_F_OPTIMISTIC = 0x04;
  public static final int IFA_F_DADFAILED = 0x08;
  public static final int IFA_F_TENTATIVE = 0x40;
  public static final int IFF_UP = 1;
  public static final int IFLA_IFNAME = 3;
  public static final int IFLA_LINKINFO = 18;
  public static final int IFLA_INFO_KIND = 1;
  public static final int IFLA_INFO_DATA = 2;
  public static final int IFLA_VXLAN_PORT = 15;
  public static final int IFLA_GENEVE_PORT = 5;
  public static final int IFLA_BAREUDP_PORT = 1;
  public static final int IFLA_AMT_RELAY_PORT = 2;

  // linux/sock_diag.h, linux/inet_diag.h
  public static final int TCPDIAG_GETSOCK = 18;
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

  // linux/unix_diag.h
  public static final int UDIAG_SHOW_NAME = 0x1;
  public static final int UDIAG_SHOW_VFS = 0x2;
  public static final int UDIAG_SHOW_RQLEN = 0x10;
  public static final int UDIAG_SHOW_UID = 0x40;
  public static final int UNIX_DIAG_NAME = 0;
  public static final int UNIX_DIAG_VFS = 1;
  public static final int UNIX_DIAG_PEER = 2;
  public static final int UNIX_DIAG_RQLEN = 4;
  public static final int UNIX_DIAG_UID = 7;

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

  // linux/prctl.h
  public static final int PR_SET_KEEPCAPS = 8;
  public static final int PR_SET_CHILD_SUBREAPER = 36;
  public static final int PR_SET_NO_NEW_PRIVS = 38;

  // asm-generic/poll.h
  public static final int POLLIN = 1;
  public static final int POLLOUT = 4;
  public static final int POLLERR = 8;
  public static final int POLLHUP = 0x10;

  // linux/filter.h, linux/bpf_common.h
  public static final int BPF_LD = 0x00;
  public static final int BPF_W = 0x00;
  public static final int BPF_ABS = 0x20;
  public static final int BPF_JMP = 0x05;
  public static final int BPF_JEQ = 0x10;
  public static final int BPF_K = 0x00;
  public static final int BPF_RET = 0x06;

  // linux/seccomp.h
  public static final int SECCOMP_RET_USER_NOTIF = 0x7fc00000;
  public static final int SECCOMP_RET_ALLOW = 0x7fff0000;
  public static final int SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
  public static final int SECCOMP_ADDFD_FLAG_SETFD = 1;
  public static final long SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100L;
  public static final long SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101L;
  public static final long SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102L;
  public static final long SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103L;

  // linux/audit.h
  public static final long AUDIT_ARCH_X86_64 = 0xc000003eL;
  public static final long AUDIT_ARCH_AARCH64 = 0xc00000b7L;

  // linux/wait.h, asm-generic/signal.h, asm-generic/siginfo.h
  public static final int WNOHANG = 1;
  public static final int WSTOPPED = 2;
  public static final int SI_KERNEL = 0x80;
  public static final int CLD_STOPPED = 5;
  public static final int WEXITED = 4;
  public static final int CLD_EXITED = 1;

  private Constants() {}
}
