package inuse.kernel.abi;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.netfilter.NfTables;
import inuse.kernel.netfilter.XTables;
import inuse.kernel.netlink.AddressDump;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.LinkDump;
import inuse.kernel.netlink.Message;
import inuse.kernel.netlink.UnixDiag;
import inuse.kernel.proc.Utmp;
import inuse.kernel.seccomp.BindFilter;
import inuse.kernel.seccomp.Notification;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our numbers are those of the kernel's headers: a C program that prints the headers' is compiled
 * and run. A machine without gcc and linux-libc-dev fails here, and does not pass by looking away.
 */
final class AbiTest {
  /** Constants that no header for user space has, and where they are from. */
  private static final Map<String, String> NOT_EXPORTED =
      Map.ofEntries(
          entry("TCP_NEW_SYN_RECV", "include/net/tcp_states.h: a state of the kernel's own"),
          entry("TCP_BOUND_INACTIVE", "include/net/tcp_states.h: asked for by sock_diag alone"),
          entry("FILEID_KERNFS", "include/linux/exportfs.h: enum fid_type"));

  private static final List<String> AARCH64_PROGRAMS =
      List.of("aarch64-linux-gnu-gcc", "qemu-aarch64-static");

  private static final String HEADERS =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <stdio.h>
      #include <poll.h>
      #include <linux/audit.h>
      #include <linux/bpf.h>
      #include <linux/filter.h>
      #include <linux/prctl.h>
      #include <linux/seccomp.h>
      #include <signal.h>
      #include <spawn.h>
      #include <sys/file.h>
      #include <sys/mman.h>
      #include <sys/wait.h>
      #include <termios.h>
      #include <time.h>
      #include <dirent.h>
      #include <net/if.h>
      #include <netinet/in.h>
      #include <sys/ioctl.h>
      #include <sys/resource.h>
      #include <sys/signalfd.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/un.h>
      #include <unistd.h>
      #include <utmp.h>
      #include <sys/utsname.h>
      #include <linux/capability.h>
      #include <sched.h>
      #include <linux/inet_diag.h>
      #include <linux/nsfs.h>
      #include <linux/amt.h>
      #include <linux/if_link.h>
      #include <linux/io_uring.h>
      #include <linux/kcmp.h>
      #include <linux/netfilter.h>
      #include <linux/netfilter/nf_nat.h>
      #include <linux/netfilter/nf_tables.h>
      #include <linux/netfilter/nf_tables_compat.h>
      #include <linux/netfilter/nfnetlink.h>
      #include <linux/netfilter/xt_TPROXY.h>
      #include <linux/netfilter/xt_multiport.h>
      #include <linux/netfilter/xt_tcpudp.h>
      #include <linux/netfilter_ipv4/ip_tables.h>
      #include <linux/netfilter_ipv6/ip6_tables.h>
      #include <linux/netlink.h>
      #include <linux/rtnetlink.h>
      #include <linux/sock_diag.h>
      #include <linux/sockios.h>
      #include <linux/unix_diag.h>
      #include <asm/unistd.h>
      #ifndef SO_PEERPIDFD /* headers before Linux 6.5 */
      #define SO_PEERPIDFD 77
      #endif
      """;

  /** Sizes and offsets as the codecs have them; linux_dirent64 is glibc's dirent64. */
  private static final Map<String, Long> LAYOUT =
      Map.ofEntries(
          entry("sizeof(struct nfgenmsg)", (long) NfTables.HEADER_BYTES),
          entry("sizeof(struct ipt_getinfo)", (long) XTables.INFO_BYTES),
          entry("offsetof(struct ipt_getinfo, valid_hooks)", 32L),
          entry("offsetof(struct ipt_getinfo, hook_entry)", 36L),
          entry("offsetof(struct ipt_getinfo, size)", 80L),
          entry("XT_TABLE_MAXNAMELEN", (long) XTables.NAME_BYTES),
          entry("offsetof(struct ipt_get_entries, size)", (long) XTables.NAME_BYTES),
          entry("offsetof(struct ipt_get_entries, entrytable)", (long) XTables.ENTRIES_AT),
          entry("offsetof(struct ip6t_get_entries, entrytable)", (long) XTables.ENTRIES_AT),
          entry("sizeof(struct ipt_entry)", 112L),
          entry("offsetof(struct ipt_entry, ip.dst)", 4L),
          entry("offsetof(struct ipt_entry, ip.smsk)", 8L),
          entry("offsetof(struct ipt_entry, ip.dmsk)", 12L),
          entry("offsetof(struct ipt_entry, ip.iniface)", 16L),
          entry("offsetof(struct ipt_entry, ip.outiface)", 32L),
          entry("offsetof(struct ipt_entry, ip.proto)", 80L),
          entry("offsetof(struct ipt_entry, ip.flags)", 82L),
          entry("offsetof(struct ipt_entry, ip.invflags)", 83L),
          entry("offsetof(struct ipt_entry, target_offset)", 88L),
          entry("offsetof(struct ipt_entry, next_offset)", 90L),
          entry("IPT_F_GOTO", 2L),
          entry("IPT_INV_DSTIP", 0x10L),
          entry("IPT_INV_PROTO", 0x40L),
          entry("sizeof(struct ip6t_entry)", 168L),
          entry("offsetof(struct ip6t_entry, ipv6.dst)", 16L),
          entry("offsetof(struct ip6t_entry, ipv6.smsk)", 32L),
          entry("offsetof(struct ip6t_entry, ipv6.dmsk)", 48L),
          entry("offsetof(struct ip6t_entry, ipv6.iniface)", 64L),
          entry("offsetof(struct ip6t_entry, ipv6.outiface)", 80L),
          entry("offsetof(struct ip6t_entry, ipv6.proto)", 128L),
          entry("offsetof(struct ip6t_entry, ipv6.flags)", 131L),
          entry("offsetof(struct ip6t_entry, ipv6.invflags)", 132L),
          entry("offsetof(struct ip6t_entry, target_offset)", 140L),
          entry("offsetof(struct ip6t_entry, next_offset)", 142L),
          entry("IP6T_F_GOTO", 4L),
          entry("IP6T_INV_DSTIP", 0x10L),
          entry("IP6T_INV_PROTO", 0x40L),
          entry("IP6T_SO_GET_INFO", (long) Constants.IPT_SO_GET_INFO),
          entry("IP6T_SO_GET_ENTRIES", (long) Constants.IPT_SO_GET_ENTRIES),
          entry("sizeof(struct xt_entry_match)", 32L),
          entry("sizeof(struct xt_entry_target)", 32L),
          entry("XT_EXTENSION_MAXNAMELEN", 29L),
          entry("offsetof(struct xt_entry_match, u.user.name)", 2L),
          entry("offsetof(struct xt_entry_match, u.user.revision)", 31L),
          entry("XT_RETURN", -5L),
          entry("offsetof(struct xt_tcp, dpts)", 4L),
          entry("offsetof(struct xt_tcp, flg_mask)", 9L),
          entry("offsetof(struct xt_tcp, invflags)", 11L),
          entry("XT_TCP_INV_DSTPT", 2L),
          entry("offsetof(struct xt_udp, dpts)", 4L),
          entry("offsetof(struct xt_udp, invflags)", 8L),
          entry("XT_UDP_INV_DSTPT", 2L),
          entry("XT_MULTIPORT_SOURCE", 0L),
          entry("offsetof(struct xt_multiport_v1, count)", 1L),
          entry("offsetof(struct xt_multiport_v1, ports)", 2L),
          entry("offsetof(struct xt_multiport_v1, pflags)", 32L),
          entry("offsetof(struct xt_multiport_v1, invert)", 47L),
          entry("offsetof(struct nf_nat_ipv4_multi_range_compat, range)", 4L),
          entry("offsetof(struct nf_nat_ipv4_range, min_ip)", 4L),
          entry("offsetof(struct nf_nat_ipv4_range, min)", 12L),
          entry("offsetof(struct nf_nat_range, min_addr)", 4L),
          entry("offsetof(struct nf_nat_range, min_proto)", 36L),
          entry("offsetof(struct nf_nat_range2, min_proto)", 36L),
          entry("NF_NAT_RANGE_MAP_IPS", 1L),
          entry("NF_NAT_RANGE_PROTO_SPECIFIED", 2L),
          entry("offsetof(struct xt_tproxy_target_info, laddr)", 8L),
          entry("offsetof(struct xt_tproxy_target_info, lport)", 12L),
          entry("offsetof(struct xt_tproxy_target_info_v1, laddr)", 8L),
          entry("offsetof(struct xt_tproxy_target_info_v1, lport)", 24L),
          entry("offsetof(struct utmp, ut_type)", 0L),
          entry("offsetof(struct utmp, ut_pid)", 4L),
          entry("offsetof(struct utmp, ut_line)", 8L),
          entry("sizeof(((struct utmp *) 0)->ut_line)", 32L),
          entry("offsetof(struct utmp, ut_host)", 76L),
          entry("sizeof(((struct utmp *) 0)->ut_host)", 256L),
          entry("USER_PROCESS", 7L),
          entry("sizeof(siginfo_t)", 128L),
          entry("offsetof(siginfo_t, si_signo)", 0L),
          entry("offsetof(siginfo_t, si_code)", 8L),
          entry("offsetof(siginfo_t, si_status)", 24L),
          entry("sizeof(posix_spawn_file_actions_t)", 80L),
          entry("sizeof(posix_spawnattr_t)", 336L),
          entry("offsetof(siginfo_t, si_pid)", 16L),
          entry("offsetof(struct signalfd_siginfo, ssi_signo)", 0L),
          entry("offsetof(struct signalfd_siginfo, ssi_code)", 8L),
          entry("sizeof(struct signalfd_siginfo)", 128L),
          entry("P_ALL", 0L),
          entry("sizeof(struct iovec)", 16L),
          entry("sizeof(struct bpf_insn)", 8L),
          entry("offsetof(struct bpf_insn, off)", 2L),
          entry("offsetof(struct bpf_insn, imm)", 4L),
          entry("offsetof(struct statx, stx_size)", 40L),
          entry("offsetof(union bpf_attr, map_type)", 0L),
          entry("offsetof(union bpf_attr, key_size)", 4L),
          entry("offsetof(union bpf_attr, value_size)", 8L),
          entry("offsetof(union bpf_attr, max_entries)", 12L),
          entry("offsetof(union bpf_attr, map_flags)", 16L),
          entry("offsetof(union bpf_attr, map_name)", 28L),
          entry("offsetof(union bpf_attr, map_fd)", 0L),
          entry("offsetof(union bpf_attr, key)", 8L),
          entry("offsetof(union bpf_attr, value)", 16L),
          entry("offsetof(union bpf_attr, link_create.target_fd)", 4L),
          entry("BPF_RINGBUF_HDR_SZ", 8L),
          entry("BPF_SOCK_OPS_TCP_LISTEN_CB", 11L),
          entry("offsetof(struct bpf_sock_addr, user_ip4)", 4L),
          entry("offsetof(struct bpf_sock_addr, user_ip6)", 8L),
          entry("offsetof(struct bpf_sock_addr, user_port)", 24L),
          entry("offsetof(struct bpf_sock_addr, protocol)", 36L),
          entry("offsetof(struct bpf_sock, protocol)", 12L),
          entry("offsetof(struct bpf_sock, src_ip4)", 24L),
          entry("offsetof(struct bpf_sock, src_ip6)", 28L),
          entry("offsetof(struct bpf_sock, src_port)", 44L),
          entry("offsetof(struct bpf_sock_ops, op)", 0L),
          entry("offsetof(struct bpf_sock_ops, family)", 20L),
          entry("offsetof(struct bpf_sock_ops, local_ip4)", 28L),
          entry("offsetof(struct bpf_sock_ops, local_ip6)", 48L),
          entry("offsetof(struct bpf_sock_ops, local_port)", 68L),
          entry("offsetof(union bpf_attr, prog_type)", 0L),
          entry("offsetof(union bpf_attr, insn_cnt)", 4L),
          entry("offsetof(union bpf_attr, insns)", 8L),
          entry("offsetof(union bpf_attr, license)", 16L),
          entry("offsetof(union bpf_attr, log_level)", 24L),
          entry("offsetof(union bpf_attr, log_size)", 28L),
          entry("offsetof(union bpf_attr, log_buf)", 32L),
          entry("offsetof(union bpf_attr, prog_name)", 48L),
          entry("offsetof(union bpf_attr, expected_attach_type)", 68L),
          entry("offsetof(union bpf_attr, attach_btf_id)", 108L),
          entry("offsetof(union bpf_attr, link_create.prog_fd)", 0L),
          entry("offsetof(union bpf_attr, link_create.attach_type)", 8L),
          entry("offsetof(union bpf_attr, iter_create.link_fd)", 0L),
          entry("sizeof(struct sock_filter)", (long) BindFilter.INSTRUCTION_BYTES),
          entry("offsetof(struct sock_filter, jt)", 2L),
          entry("offsetof(struct sock_filter, jf)", 3L),
          entry("offsetof(struct sock_filter, k)", 4L),
          entry("offsetof(struct seccomp_data, nr)", 0L),
          entry("offsetof(struct seccomp_data, arch)", 4L),
          entry("offsetof(struct seccomp_data, args)", 16L),
          entry("sizeof(struct seccomp_notif)", (long) Notification.BYTES),
          entry("offsetof(struct seccomp_notif, id)", 0L),
          entry("offsetof(struct seccomp_notif, pid)", 8L),
          entry("offsetof(struct seccomp_notif, data)", 16L),
          entry("sizeof(struct seccomp_notif_resp)", 24L),
          entry("sizeof(struct seccomp_notif_addfd)", 24L),
          entry("offsetof(struct seccomp_notif_addfd, flags)", 8L),
          entry("offsetof(struct seccomp_notif_addfd, srcfd)", 12L),
          entry("offsetof(struct seccomp_notif_addfd, newfd)", 16L),
          entry("offsetof(struct seccomp_notif_addfd, newfd_flags)", 20L),
          entry("sizeof(struct ucred)", 12L),
          entry("offsetof(struct ucred, uid)", 4L),
          entry("offsetof(struct seccomp_notif_resp, flags)", 20L),
          entry("POSIX_SPAWN_SETSIGMASK", 0x08L),
          entry("P_PIDFD", 3L),
          entry("sizeof(struct nlmsghdr)", (long) Message.HEADER_BYTES),
          entry("offsetof(struct nlmsghdr, nlmsg_len)", 0L),
          entry("offsetof(struct nlmsghdr, nlmsg_type)", 4L),
          entry("offsetof(struct nlmsghdr, nlmsg_flags)", 6L),
          entry("offsetof(struct nlmsghdr, nlmsg_seq)", 8L),
          entry("offsetof(struct nlmsghdr, nlmsg_pid)", 12L),
          entry("offsetof(struct nlmsgerr, error)", 0L),
          entry("NLMSG_ALIGNTO", 4L),
          entry("sizeof(struct nlattr)", 4L),
          entry("offsetof(struct nlattr, nla_len)", 0L),
          entry("offsetof(struct nlattr, nla_type)", 2L),
          entry("NLA_TYPE_MASK & 0xffff", 0x3fffL),
          entry("NLA_ALIGNTO", 4L),
          entry("sizeof(struct sockaddr_nl)", 12L),
          entry("offsetof(struct sockaddr_nl, nl_family)", 0L),
          entry("offsetof(struct sockaddr_nl, nl_pid)", 4L),
          entry("offsetof(struct sockaddr_nl, nl_groups)", 8L),
          entry("sizeof(struct inet_diag_req_v2)", (long) InetDiag.REQUEST_BYTES),
          entry("offsetof(struct inet_diag_req_v2, sdiag_family)", 0L),
          entry("offsetof(struct inet_diag_req_v2, sdiag_protocol)", 1L),
          entry("offsetof(struct inet_diag_req_v2, idiag_ext)", 2L),
          entry("offsetof(struct inet_diag_req_v2, idiag_states)", 4L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_sport)", 8L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_dport)", 10L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_src)", 12L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_dst)", 28L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_if)", 44L),
          entry("offsetof(struct inet_diag_req_v2, id.idiag_cookie)", 48L),
          entry("sizeof(struct inet_diag_bc_op)", 4L),
          entry("offsetof(struct inet_diag_bc_op, code)", 0L),
          entry("offsetof(struct inet_diag_bc_op, yes)", 1L),
          entry("offsetof(struct inet_diag_bc_op, no)", 2L),
          entry("sizeof(struct inet_diag_msg)", (long) InetDiag.RECORD_BYTES),
          entry("offsetof(struct inet_diag_msg, idiag_family)", 0L),
          entry("offsetof(struct inet_diag_msg, idiag_state)", 1L),
          entry("offsetof(struct inet_diag_msg, idiag_timer)", 2L),
          entry("offsetof(struct inet_diag_msg, id.idiag_sport)", 4L),
          entry("offsetof(struct inet_diag_msg, id.idiag_dport)", 6L),
          entry("offsetof(struct inet_diag_msg, id.idiag_src)", 8L),
          entry("offsetof(struct inet_diag_msg, id.idiag_dst)", 24L),
          entry("offsetof(struct inet_diag_msg, id.idiag_if)", 40L),
          entry("offsetof(struct inet_diag_msg, id.idiag_cookie)", 44L),
          entry("offsetof(struct inet_diag_msg, idiag_expires)", 52L),
          entry("offsetof(struct inet_diag_msg, idiag_rqueue)", 56L),
          entry("offsetof(struct inet_diag_msg, idiag_wqueue)", 60L),
          entry("offsetof(struct inet_diag_msg, idiag_uid)", 64L),
          entry("offsetof(struct inet_diag_msg, idiag_inode)", 68L),
          entry("sizeof(struct unix_diag_req)", (long) UnixDiag.REQUEST_BYTES),
          entry("offsetof(struct unix_diag_req, sdiag_family)", 0L),
          entry("offsetof(struct unix_diag_req, udiag_states)", 4L),
          entry("offsetof(struct unix_diag_req, udiag_show)", 12L),
          entry("offsetof(struct unix_diag_req, udiag_cookie)", 16L),
          entry("sizeof(struct unix_diag_msg)", (long) UnixDiag.RECORD_BYTES),
          entry("offsetof(struct unix_diag_msg, udiag_family)", 0L),
          entry("offsetof(struct unix_diag_msg, udiag_type)", 1L),
          entry("offsetof(struct unix_diag_msg, udiag_state)", 2L),
          entry("offsetof(struct unix_diag_msg, udiag_ino)", 4L),
          entry("offsetof(struct unix_diag_msg, udiag_cookie)", 8L),
          entry("sizeof(struct unix_diag_vfs)", 8L),
          entry("offsetof(struct unix_diag_vfs, udiag_vfs_ino)", 0L),
          entry("offsetof(struct unix_diag_vfs, udiag_vfs_dev)", 4L),
          entry("sizeof(struct unix_diag_rqlen)", 8L),
          entry("offsetof(struct unix_diag_rqlen, udiag_rqueue)", 0L),
          entry("offsetof(struct unix_diag_rqlen, udiag_wqueue)", 4L),
          entry("sizeof(struct sockaddr_un)", 110L),
          entry("offsetof(struct sockaddr_un, sun_path)", 2L),
          entry("sizeof(struct statx)", (long) FileStatus.BYTES),
          entry("offsetof(struct statx, stx_uid)", 20L),
          entry("offsetof(struct statx, stx_mode)", 28L),
          entry("offsetof(struct statx, stx_ino)", 32L),
          entry("offsetof(struct statx, stx_dev_major)", 136L),
          entry("offsetof(struct statx, stx_dev_minor)", 140L),
          entry("sizeof(struct inet_diag_sockopt)", 2L),
          entry("sizeof(struct sockaddr_in)", 16L),
          entry("offsetof(struct sockaddr_in, sin_port)", 2L),
          entry("offsetof(struct sockaddr_in, sin_addr)", 4L),
          entry("sizeof(struct sockaddr_in6)", 28L),
          entry("offsetof(struct sockaddr_in6, sin6_port)", 2L),
          entry("offsetof(struct sockaddr_in6, sin6_addr)", 8L),
          entry("offsetof(struct dirent64, d_ino)", 0L),
          entry("offsetof(struct dirent64, d_reclen)", 16L),
          entry("offsetof(struct dirent64, d_type)", 18L),
          entry("offsetof(struct dirent64, d_name)", 19L),
          entry("DT_DIR", 4L),
          entry("sizeof(struct file_handle)", 8L),
          entry("offsetof(struct file_handle, handle_bytes)", 0L),
          entry("offsetof(struct file_handle, handle_type)", 4L),
          entry("offsetof(struct file_handle, f_handle)", 8L),
          entry("sizeof(struct ifreq)", 40L),
          entry("offsetof(struct ifreq, ifr_name)", 0L),
          entry("offsetof(struct ifreq, ifr_ifindex)", 16L),
          entry("IFNAMSIZ", 16L),
          entry("sizeof(struct winsize)", 8L),
          entry("offsetof(struct winsize, ws_col)", 2L),
          entry("sizeof(struct pollfd)", 8L),
          entry("offsetof(struct pollfd, fd)", 0L),
          entry("offsetof(struct pollfd, events)", 4L),
          entry("offsetof(struct pollfd, revents)", 6L),
          entry("sizeof(struct ifinfomsg)", (long) LinkDump.RECORD_BYTES),
          entry("offsetof(struct ifinfomsg, ifi_flags)", 8L),
          entry("sizeof(struct ifaddrmsg)", (long) AddressDump.RECORD_BYTES),
          entry("offsetof(struct ifaddrmsg, ifa_flags)", 2L),
          entry("offsetof(struct ifaddrmsg, ifa_index)", 4L),
          entry("sizeof(struct msghdr)", 56L),
          entry("offsetof(struct msghdr, msg_iov)", 16L),
          entry("offsetof(struct msghdr, msg_iovlen)", 24L),
          entry("offsetof(struct msghdr, msg_control)", 32L),
          entry("offsetof(struct msghdr, msg_controllen)", 40L),
          entry("sizeof(struct cmsghdr)", 16L),
          entry("offsetof(struct cmsghdr, cmsg_level)", 8L),
          entry("offsetof(struct cmsghdr, cmsg_type)", 12L),
          entry("POLLIN", 1L),
          entry("POLLOUT", 4L),
          entry("sizeof(struct timespec)", 16L),
          entry("offsetof(struct timespec, tv_sec)", 0L),
          entry("offsetof(struct timespec, tv_nsec)", 8L));

  @TempDir private Path directory;

  @Test
  void theConstantsAreThoseOfTheHeaders() throws Exception {
    Map<String, Long> ours = constants();
    ours.keySet().removeIf(name -> name.startsWith("TCP_"));
    ours.keySet().removeAll(NOT_EXPORTED.keySet());

    assertThat(ours).hasSizeGreaterThan(35);
    assertThat(differences(HEADERS, ours)).isEmpty();
  }

  @Test
  void theStatesAndOptionsOfTcpAreThoseOfTheHeaders() throws Exception {
    Map<String, Long> ours = constants();
    ours.keySet().removeIf(name -> !name.startsWith("TCP_"));
    ours.keySet().removeAll(NOT_EXPORTED.keySet());

    assertThat(ours).hasSize(19);
    assertThat(differences("#include <netinet/tcp.h>\n", ours)).isEmpty();
  }

  @Test
  void constantsThatAreSaidNotToBeExportedAreInNoHeader() throws Exception {
    for (String name : NOT_EXPORTED.keySet()) {
      Path program = program(HEADERS + "#include <netinet/tcp.h>\n", Map.of(name, 0L));

      assertThat(run("gcc", "-fsyntax-only", program.toString()).output())
          .as(name)
          .contains("'" + name + "' undeclared");
    }
  }

  @Test
  void theLayoutsAreThoseOfTheHeaders() throws Exception {
    assertThat(differences(HEADERS, LAYOUT)).isEmpty();
  }

  @Test
  void theCountersOfTcpInfoAreWhereTheHeadersHaveThem() throws Exception {
    assertThat(
            differences(
                "#include <linux/tcp.h>\n",
                Map.of(
                    "TCP_INFO",
                    11L,
                    "offsetof(struct tcp_info, tcpi_state)",
                    0L,
                    "offsetof(struct tcp_info, tcpi_bytes_acked)",
                    120L,
                    "offsetof(struct tcp_info, tcpi_bytes_sent)",
                    200L,
                    "offsetof(struct tcp_info, tcpi_bytes_retrans)",
                    208L)))
        .isEmpty();
  }

  @Test
  void theNumbersOfThisMachineAreThoseOfItsHeaders() throws Exception {
    Architecture architecture = Architecture.named(System.getProperty("os.arch")).orElseThrow();

    assertThat(differences(HEADERS, numbers(Numbers.of(architecture)))).isEmpty();
    assertThat(differences(HEADERS, flags(architecture))).isEmpty();
  }

  /** What differs between machines. */
  private static Map<String, Long> flags(Architecture architecture) {
    return new TreeMap<>(
        Map.of(
            "O_DIRECTORY",
            (long) architecture.directoryOnly(),
            "O_NOFOLLOW",
            (long) architecture.noFollow(),
            "sizeof(struct utmp)",
            (long) Utmp.recordBytes(architecture)));
  }

  @Test
  void theNumbersOfAarch64AreTheGenericOnes() throws Exception {
    assertThat(
            differences(
                "#include <asm-generic/unistd.h>\n", numbers(Numbers.of(Architecture.AARCH64))))
        .isEmpty();
  }

  /** Compiled for aarch64, and run in emulation. */
  @Tag("long")
  @Test
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  void constantsLayoutsAndNumbersOfAarch64AreThoseOfItsHeaders() throws Exception {
    for (String program : AARCH64_PROGRAMS) {
      boolean installed = Files.isExecutable(Path.of("/usr/bin", program));
      if (!installed) {
        System.out.println("ABI: aarch64 SKIPPED: not installed: " + program);
      }
      assumeTrue(installed, "not installed: " + program);
    }
    Map<String, Long> ours = constants();
    ours.keySet().removeIf(name -> name.startsWith("TCP_"));
    ours.keySet().removeAll(NOT_EXPORTED.keySet());
    ours.putAll(LAYOUT);
    ours.putAll(numbers(Numbers.of(Architecture.AARCH64)));
    ours.putAll(flags(Architecture.AARCH64));

    assertThat(differences(HEADERS, ours, "aarch64-linux-gnu-gcc", List.of("qemu-aarch64-static")))
        .isEmpty();
  }

  @Test
  void theNamesOfErrorsAreThoseOfTheHeaders() throws Exception {
    Map<String, Long> ours = new TreeMap<>();
    for (int code = 1; code <= 200; code++) {
      String name = new Errno(code).toString();
      if (!name.startsWith("errno ")) {
        ours.put(name, (long) code);
      }
    }

    assertThat(ours).hasSize(130).containsKeys("EADDRINUSE", "ERFKILL");
    assertThat(differences(HEADERS, ours)).isEmpty();
  }

  @Test
  void aWrongNumberIsNoticed() throws Exception {
    assertThat(differences(HEADERS, Map.of("__NR_getpid", 1000L, "AF_INET", 2L, "POLLIN", 2L)))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).matches("__NR_getpid: ours 1000, the headers' \\d+"))
        .contains("POLLIN: ours 2, the headers' 1");
  }

  @Test
  void machinesAreKnownByBothOfTheirNames() {
    assertThat(Architecture.named("amd64")).contains(Architecture.X86_64);
    assertThat(Architecture.named("x86_64")).contains(Architecture.X86_64);
    assertThat(Architecture.named("aarch64")).contains(Architecture.AARCH64);
    assertThat(Architecture.named("arm64")).contains(Architecture.AARCH64);
    assertThat(Architecture.named("riscv64")).isEmpty();
  }

  private static Map<String, Long> constants() throws IllegalAccessException {
    Map<String, Long> constants = new TreeMap<>();
    for (Field field : Constants.class.getDeclaredFields()) {
      constants.put(field.getName(), field.getLong(null));
    }
    return constants;
  }

  private static Map<String, Long> numbers(Numbers numbers) throws ReflectiveOperationException {
    Map<String, Long> named = new TreeMap<>();
    for (RecordComponent component : Numbers.class.getRecordComponents()) {
      Object number = component.getAccessor().invoke(numbers);
      named.put("__NR_" + component.getName(), ((Integer) number).longValue());
    }
    return named;
  }

  /** A line for each expression of C that is not what we think it is. */
  private List<String> differences(String headers, Map<String, Long> ours)
      throws IOException, InterruptedException {
    return differences(headers, ours, "gcc", List.of());
  }

  private List<String> differences(
      String headers, Map<String, Long> ours, String compiler, List<String> emulator)
      throws IOException, InterruptedException {
    Path source = program(headers, ours);
    Path binary = directory.resolve("program");
    Ran compiled = run(compiler, "-static", "-o", binary.toString(), source.toString());
    assertThat(compiled.status()).as(compiled.output()).isZero();
    List<String> command = new ArrayList<>(emulator);
    command.add(binary.toString());
    Ran ran = run(command.toArray(String[]::new));
    assertThat(ran.status()).as(ran.output()).isZero();
    List<String> differences = new ArrayList<>();
    List<String> lines = ran.output().lines().toList();
    assertThat(lines).hasSameSizeAs(ours.keySet());
    for (String line : lines) {
      int equals = line.lastIndexOf('=');
      String expression = line.substring(0, equals);
      String theirs = line.substring(equals + 1);
      String our = String.valueOf(ours.get(expression));
      if (!our.equals(theirs)) {
        differences.add(expression + ": ours " + our + ", the headers' " + theirs);
      }
    }
    return differences;
  }

  private Path program(String headers, Map<String, Long> ours) throws IOException {
    StringBuilder program =
        new StringBuilder(headers)
            .append("#include <stdio.h>\n#include <stddef.h>\nint main(void) {\n");
    for (String expression : ours.keySet()) {
      program
          .append("  printf(\"%s=%lld\\n\", \"")
          .append(expression)
          .append("\", (long long) (")
          .append(expression)
          .append("));\n");
    }
    Path source = directory.resolve("program.c");
    Files.writeString(source, program.append("  return 0;\n}\n"));
    return source;
  }

  private record Ran(int status, String output) {}

  private static Ran run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }
}
