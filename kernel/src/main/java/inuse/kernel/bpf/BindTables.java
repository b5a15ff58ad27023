package inuse.kernel.bpf;

/**
 * The programs that tell of binds, as the kernel takes them: tables of instructions for {@link
 * Assembler}, in pieces that {@link BindProgram} puts together. Each puts one {@link BindEvent}
 * into the ring buffer. They call nothing that only a program under the GPL may, and read nothing
 * but contexts of linux/bpf.h, which are the same on every machine.
 */
final class BindTables {
  /*
   * Registers: r6 the context, r10 the end of the stack; r1 to r5 are lost in calls. The event
   * stands at r10-64: 0 time, 8 socket cookie, 16 cookie of the network namespace, 24 process and
   * thread, 32 kind, 36 family, 40 protocol, 44 port, 48 address. A key of four bytes is at r10-68.
   */

  static final String HEAD =
      """
      bf 6 1 0 0 | r6 = r1
      b7 1 0 0 0 | r1 = 0
      7b 10 1 -40 0 | *(u64 *)(r10 -40) = r1
      7b 10 1 -48 0 | *(u64 *)(r10 -48) = r1
      7b 10 1 -16 0 | *(u64 *)(r10 -16) = r1
      7b 10 1 -8 0 | *(u64 *)(r10 -8) = r1
      63 10 1 -68 0 | *(u32 *)(r10 -68) = r1
      """;

  /** Only a socket that begins to listen; BPF_SOCK_OPS_TCP_LISTEN_CB is 11. */
  static final String ONLY_LISTEN =
      """
      61 1 6 0 0 | r1 = *(u32 *)(r6 +0)
      55 1 0 OUT 11 | if r1 != 0xb goto OUT
      """;

  static final String COOKIE =
      """
      bf 1 6 0 0 | r1 = r6
      85 0 0 0 46 | call bpf_get_socket_cookie#46
      7b 10 0 -56 0 | *(u64 *)(r10 -56) = r0
      """;

  /** Only a socket that is among the known ones, and no longer from now on. */
  static final String ONLY_KNOWN =
      """
      18 1 1 0 sockets | r1 = sockets
      00 0 0 0 0 | its second half
      bf 2 10 0 0 | r2 = r10
      07 2 0 0 -56 | r2 += -56
      85 0 0 0 3 | call bpf_map_delete_elem#3
      55 0 0 OUT 0 | if r0 != 0x0 goto OUT
      """;

  static final String TIME =
      """
      85 0 0 0 125 | call bpf_ktime_get_boot_ns#125
      7b 10 0 -64 0 | *(u64 *)(r10 -64) = r0
      """;

  static final String WHERE_AND_WHO =
      """
      bf 1 6 0 0 | r1 = r6
      85 0 0 0 122 | call bpf_get_netns_cookie#122
      7b 10 0 -48 0 | *(u64 *)(r10 -48) = r0
      85 0 0 0 14 | call bpf_get_current_pid_tgid#14
      7b 10 0 -40 0 | *(u64 *)(r10 -40) = r0
      """;

  /** struct bpf_sock_addr, IPv4; the port is in network order. */
  static final String ASKED_V4 =
      """
      62 10 0 -32 1 | *(u32 *)(r10 -32) = 1
      62 10 0 -28 2 | *(u32 *)(r10 -28) = 2
      61 1 6 36 0 | r1 = *(u32 *)(r6 +36)
      63 10 1 -24 0 | *(u32 *)(r10 -24) = r1
      61 1 6 24 0 | r1 = *(u32 *)(r6 +24)
      dc 1 0 0 16 | r1 = be16 r1
      63 10 1 -20 0 | *(u32 *)(r10 -20) = r1
      61 1 6 4 0 | r1 = *(u32 *)(r6 +4)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      """;

  /** The same, IPv6. */
  static final String ASKED_V6 =
      """
      62 10 0 -32 1 | *(u32 *)(r10 -32) = 1
      62 10 0 -28 10 | *(u32 *)(r10 -28) = 10
      61 1 6 36 0 | r1 = *(u32 *)(r6 +36)
      63 10 1 -24 0 | *(u32 *)(r10 -24) = r1
      61 1 6 24 0 | r1 = *(u32 *)(r6 +24)
      dc 1 0 0 16 | r1 = be16 r1
      63 10 1 -20 0 | *(u32 *)(r10 -20) = r1
      61 1 6 8 0 | r1 = *(u32 *)(r6 +8)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      61 1 6 12 0 | r1 = *(u32 *)(r6 +12)
      63 10 1 -12 0 | *(u32 *)(r10 -12) = r1
      61 1 6 16 0 | r1 = *(u32 *)(r6 +16)
      63 10 1 -8 0 | *(u32 *)(r10 -8) = r1
      61 1 6 20 0 | r1 = *(u32 *)(r6 +20)
      63 10 1 -4 0 | *(u32 *)(r10 -4) = r1
      """;

  /** struct bpf_sock, IPv4; the port is in the machine's order. */
  static final String BOUND_V4 =
      """
      62 10 0 -32 2 | *(u32 *)(r10 -32) = 2
      62 10 0 -28 2 | *(u32 *)(r10 -28) = 2
      61 1 6 12 0 | r1 = *(u32 *)(r6 +12)
      63 10 1 -24 0 | *(u32 *)(r10 -24) = r1
      61 1 6 44 0 | r1 = *(u32 *)(r6 +44)
      63 10 1 -20 0 | *(u32 *)(r10 -20) = r1
      61 1 6 24 0 | r1 = *(u32 *)(r6 +24)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      """;

  /** The same, IPv6. */
  static final String BOUND_V6 =
      """
      62 10 0 -32 2 | *(u32 *)(r10 -32) = 2
      62 10 0 -28 10 | *(u32 *)(r10 -28) = 10
      61 1 6 12 0 | r1 = *(u32 *)(r6 +12)
      63 10 1 -24 0 | *(u32 *)(r10 -24) = r1
      61 1 6 44 0 | r1 = *(u32 *)(r6 +44)
      63 10 1 -20 0 | *(u32 *)(r10 -20) = r1
      61 1 6 28 0 | r1 = *(u32 *)(r6 +28)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      61 1 6 32 0 | r1 = *(u32 *)(r6 +32)
      63 10 1 -12 0 | *(u32 *)(r10 -12) = r1
      61 1 6 36 0 | r1 = *(u32 *)(r6 +36)
      63 10 1 -8 0 | *(u32 *)(r10 -8) = r1
      61 1 6 40 0 | r1 = *(u32 *)(r6 +40)
      63 10 1 -4 0 | *(u32 *)(r10 -4) = r1
      """;

  /** struct bpf_sock_ops, of either family; the port is in the machine's order. */
  static final String LISTENING =
      """
      62 10 0 -32 3 | *(u32 *)(r10 -32) = 3
      62 10 0 -24 6 | *(u32 *)(r10 -24) = 6
      61 1 6 68 0 | r1 = *(u32 *)(r6 +68)
      63 10 1 -20 0 | *(u32 *)(r10 -20) = r1
      61 1 6 20 0 | r1 = *(u32 *)(r6 +20)
      63 10 1 -28 0 | *(u32 *)(r10 -28) = r1
      55 1 0 V6 2 | if r1 != 0x2 goto V6
      61 1 6 28 0 | r1 = *(u32 *)(r6 +28)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      05 0 0 KEEP 0 | goto KEEP
      V6:
      61 1 6 48 0 | r1 = *(u32 *)(r6 +48)
      63 10 1 -16 0 | *(u32 *)(r10 -16) = r1
      61 1 6 52 0 | r1 = *(u32 *)(r6 +52)
      63 10 1 -12 0 | *(u32 *)(r10 -12) = r1
      61 1 6 56 0 | r1 = *(u32 *)(r6 +56)
      63 10 1 -8 0 | *(u32 *)(r10 -8) = r1
      61 1 6 60 0 | r1 = *(u32 *)(r6 +60)
      63 10 1 -4 0 | *(u32 *)(r10 -4) = r1
      KEEP:
      """;

  /** Nothing but the cookie is needed: the rest is known. */
  static final String RELEASED =
      """
      62 10 0 -32 4 | *(u32 *)(r10 -32) = 4
      62 10 0 -28 0 | *(u32 *)(r10 -28) = 0
      62 10 0 -24 0 | *(u32 *)(r10 -24) = 0
      62 10 0 -20 0 | *(u32 *)(r10 -20) = 0
      """;

  /** The socket is among the known ones from now on, so that its release is told. */
  static final String KEEP_SOCKET =
      """
      18 1 1 0 sockets | r1 = sockets
      00 0 0 0 0 | its second half
      bf 2 10 0 0 | r2 = r10
      07 2 0 0 -56 | r2 += -56
      bf 3 10 0 0 | r3 = r10
      07 3 0 0 -32 | r3 += -32
      b7 4 0 0 0 | r4 = 0
      85 0 0 0 2 | call bpf_map_update_elem#2
      55 0 0 LOST 0 | if r0 != 0x0 goto LOST
      """;

  /** The bind goes on in every case: 1 is neither a refusal nor a favour. */
  static final String TELL =
      """
      18 1 1 0 ring | r1 = ring
      00 0 0 0 0 | its second half
      bf 2 10 0 0 | r2 = r10
      07 2 0 0 -64 | r2 += -64
      b7 3 0 0 64 | r3 = 64
      b7 4 0 0 0 | r4 = 0
      85 0 0 0 130 | call bpf_ringbuf_output#130
      15 0 0 OUT 0 | if r0 == 0x0 goto OUT
      LOST:
      18 1 1 0 lost | r1 = lost
      00 0 0 0 0 | its second half
      bf 2 10 0 0 | r2 = r10
      07 2 0 0 -68 | r2 += -68
      85 0 0 0 1 | call bpf_map_lookup_elem#1
      15 0 0 OUT 0 | if r0 == 0x0 goto OUT
      b7 1 0 0 1 | r1 = 1
      db 0 1 0 0 | lock *(u64 *)(r0 +0) += r1
      OUT:
      b7 0 0 0 1 | r0 = 1
      95 0 0 0 0 | exit
      """;

  private BindTables() {}
}
