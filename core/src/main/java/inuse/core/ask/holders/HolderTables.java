// SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only
package inuse.core.ask.holders;

import inuse.kernel.bpf.Assembler;

/**
 * The programs that name every descriptor of some sockets, as the kernel takes them: tables of
 * instructions for {@link Assembler}, in pieces that {@link HolderProgram} puts together. They
 * write a {@link SeenFile} for each descriptor.
 *
 * <p>The kernel wants to know under which licence a program is, and lets it call what these need
 * only under one that it knows. So this file, alone, is under the MIT licence or version 2 of the
 * GPL as well, as you like (docs/adr/0014-bpf.md).
 */
final class HolderTables {
  /** What the programs say of themselves; include/linux/license.h knows it. */
  static final String LICENCE = "Dual MIT/GPL";

  /*
   * Registers: r6 the iterator's context, r7 the task, r10 the end of the stack; r1 to r5 are lost in
   * calls. The record stands at r10-48: 0 tgid, 4 tid, 8 fd, 12 inode, 16 references, 24 table.
   * Numbers of task_struct and the like come from the kernel's own types.
   */

  /** For every open file of every table of descriptors (bpf_iter_task_file, Linux 5.11). */
  static final String FILES =
      """
      # the file and its task; the last call has neither
      bf 6 1 0 0 | r6 = r1
      79 8 6 24 0 | r8 = *(u64 *)(r6 +24)
      15 8 0 OUT 0 | if r8 == 0x0 goto OUT
      79 7 6 8 0 | r7 = *(u64 *)(r6 +8)
      15 7 0 OUT 0 | if r7 == 0x0 goto OUT
      # is it a socket, and which
      bf 1 8 0 0 | r1 = r8
      85 0 0 0 162 | call bpf_sock_from_file
      15 0 0 OUT 0 | if r0 == 0x0 goto OUT
      """;

  /**
   * Whether the socket r0 has the port: skc_num of struct sock_common, in the order of the host. It
   * stands in a union without a name, at the same place since Linux 2.6.
   */
  static final String FILE_HAS_PORT =
      """
      79 1 0 socket.sk 0 | r1 = *(u64 *)(r0 +socket.sk)
      15 1 0 OUT 0 | if r1 == 0x0 goto OUT
      69 1 1 14 0 | r1 = *(u16 *)(r1 +14)
      55 1 0 OUT asked.port | if r1 != asked.port goto OUT
      """;

  static final String FILE_INODE =
      """
      79 1 8 file.f_inode 0 | r1 = *(u64 *)(r8 +file.f_inode)
      79 1 1 inode.i_ino 0 | r1 = *(u64 *)(r1 +inode.i_ino)
      """;

  static final String FILE_IS_WANTED =
      """
      FOUND:
      63 10 1 -36 0 | *(u32 *)(r10 -36) = r1
      61 1 6 16 0 | r1 = *(u32 *)(r6 +16)
      63 10 1 -40 0 | *(u32 *)(r10 -40) = r1
      79 1 8 file.references 0 | r1 = *(u64 *)(r8 +file.references)
      7b 10 1 -32 0 | *(u64 *)(r10 -32) = r1
      79 1 7 task_struct.files 0 | r1 = *(u64 *)(r7 +task_struct.files)
      7b 10 1 -24 0 | *(u64 *)(r10 -24) = r1
      """;

  static final String WRITE =
      """
      79 1 6 0 0 | r1 = *(u64 *)(r6 +0)
      79 1 1 0 0 | r1 = *(u64 *)(r1 +0)
      bf 2 10 0 0 | r2 = r10
      07 2 0 0 -48 | r2 += -48
      b7 3 0 0 32 | r3 = 32
      85 0 0 0 127 | call bpf_seq_write
      """;

  static final String END =
      """
      OUT:
      b7 0 0 0 0 | r0 = 0
      95 0 0 0 0 | exit
      """;

  /** The numbers of the process and the thread, as the first pid namespace has them. */
  static final String NUMBERS =
      """
      61 1 7 task_struct.tgid 0 | r1 = *(u32 *)(r7 +task_struct.tgid)
      63 10 1 -48 0 | *(u32 *)(r10 -48) = r1
      61 1 7 task_struct.pid 0 | r1 = *(u32 *)(r7 +task_struct.pid)
      63 10 1 -44 0 | *(u32 *)(r10 -44) = r1
      """;

  /**
   * The same as the reader's own pid namespace has them: struct pid has a struct upid for each
   * level. Read as bytes, because a typed load takes no index that varies. r10-112 is an address,
   * r10-120 the place of the level in struct pid.
   */
  static final String NUMBERS_IN_A_CHILD =
      """
      # the level of the reader
      85 0 0 0 35 | call bpf_get_current_task
      bf 3 0 0 0 | r3 = r0
      07 3 0 0 task_struct.thread_pid | r3 += task_struct.thread_pid
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -112 | r1 += -112
      b7 2 0 0 8 | r2 = 8
      85 0 0 0 113 | call bpf_probe_read_kernel
      79 3 10 -112 0 | r3 = *(u64 *)(r10 -112)
      07 3 0 0 pid.level | r3 += pid.level
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -120 | r1 += -120
      b7 2 0 0 4 | r2 = 4
      85 0 0 0 113 | call bpf_probe_read_kernel
      61 1 10 -120 0 | r1 = *(u32 *)(r10 -120)
      67 1 0 0 4 | r1 <<= 4
      07 1 0 0 pid.numbers | r1 += pid.numbers
      7b 10 1 -120 0 | *(u64 *)(r10 -120) = r1
      # the process: the number of the first thread
      bf 3 7 0 0 | r3 = r7
      07 3 0 0 task_struct.group_leader | r3 += task_struct.group_leader
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -112 | r1 += -112
      b7 2 0 0 8 | r2 = 8
      85 0 0 0 113 | call bpf_probe_read_kernel
      79 3 10 -112 0 | r3 = *(u64 *)(r10 -112)
      07 3 0 0 task_struct.thread_pid | r3 += task_struct.thread_pid
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -112 | r1 += -112
      b7 2 0 0 8 | r2 = 8
      85 0 0 0 113 | call bpf_probe_read_kernel
      79 3 10 -112 0 | r3 = *(u64 *)(r10 -112)
      79 1 10 -120 0 | r1 = *(u64 *)(r10 -120)
      0f 3 1 0 0 | r3 += r1
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -48 | r1 += -48
      b7 2 0 0 4 | r2 = 4
      85 0 0 0 113 | call bpf_probe_read_kernel
      # the thread
      bf 3 7 0 0 | r3 = r7
      07 3 0 0 task_struct.thread_pid | r3 += task_struct.thread_pid
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -112 | r1 += -112
      b7 2 0 0 8 | r2 = 8
      85 0 0 0 113 | call bpf_probe_read_kernel
      79 3 10 -112 0 | r3 = *(u64 *)(r10 -112)
      79 1 10 -120 0 | r1 = *(u64 *)(r10 -120)
      0f 3 1 0 0 | r3 += r1
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -44 | r1 += -44
      b7 2 0 0 4 | r2 = 4
      85 0 0 0 113 | call bpf_probe_read_kernel
      """;

  /**
   * For every task (bpf_iter_task), whose table it walks itself: five times faster, without a lock,
   * from Linux 6.4 on. The task is cast at once: each load through a pointer that the kernel trusts
   * makes its verifier search all types by name.
   */
  static final String TASKS =
      """
      # the task and its table, unless it shares its first thread's
      bf 6 1 0 0 | r6 = r1
      79 1 6 8 0 | r1 = *(u64 *)(r6 +8)
      15 1 0 OUT 0 | if r1 == 0x0 goto OUT
      b7 2 0 0 task_struct | r2 = task_struct
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      bf 7 0 0 0 | r7 = r0
      79 8 7 task_struct.files 0 | r8 = *(u64 *)(r7 +task_struct.files)
      15 8 0 OUT 0 | if r8 == 0x0 goto OUT
      79 1 7 task_struct.group_leader 0 | r1 = *(u64 *)(r7 +task_struct.group_leader)
      1d 1 7 TABLE 0 | if r1 == r7 goto TABLE
      79 1 1 task_struct.files 0 | r1 = *(u64 *)(r1 +task_struct.files)
      1d 1 8 OUT 0 | if r1 == r8 goto OUT
      TABLE:
      7b 10 8 -104 0 | *(u64 *)(r10 -104) = r8
      # what a socket's operations are: we, who read the iterator, have one open
      85 0 0 0 158 | call bpf_get_current_task_btf
      bf 1 0 0 0 | r1 = r0
      b7 2 0 0 task_struct | r2 = task_struct
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      79 1 0 task_struct.files 0 | r1 = *(u64 *)(r0 +task_struct.files)
      79 1 1 files_struct.fdt 0 | r1 = *(u64 *)(r1 +files_struct.fdt)
      79 1 1 fdtable.fd 0 | r1 = *(u64 *)(r1 +fdtable.fd)
      07 1 0 0 own.slot | r1 += own.slot
      b7 2 0 0 list_head | r2 = list_head
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      79 1 0 0 0 | r1 = *(u64 *)(r0 +0)
      b7 2 0 0 file | r2 = file
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      79 1 0 file.f_op 0 | r1 = *(u64 *)(r0 +file.f_op)
      7b 10 1 -80 0 | *(u64 *)(r10 -80) = r1
      # every slot of the table
      79 1 8 files_struct.fdt 0 | r1 = *(u64 *)(r8 +files_struct.fdt)
      79 2 1 fdtable.fd 0 | r2 = *(u64 *)(r1 +fdtable.fd)
      7b 10 2 -88 0 | *(u64 *)(r10 -88) = r2
      61 3 1 fdtable.max_fds 0 | r3 = *(u32 *)(r1 +fdtable.max_fds)
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -72 | r1 += -72
      b7 2 0 0 0 | r2 = 0
      85 0 2 0 bpf_iter_num_new | call bpf_iter_num_new
      bf 9 0 0 0 | r9 = r0
      LOOP:
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -72 | r1 += -72
      85 0 2 0 bpf_iter_num_next | call bpf_iter_num_next
      15 0 0 DONE 0 | if r0 == 0x0 goto DONE
      61 8 0 0 0 | r8 = *(u32 *)(r0 +0)
      63 10 8 -40 0 | *(u32 *)(r10 -40) = r8
      79 1 10 -88 0 | r1 = *(u64 *)(r10 -88)
      67 8 0 0 3 | r8 <<= 3
      0f 1 8 0 0 | r1 += r8
      b7 2 0 0 list_head | r2 = list_head
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      79 1 0 0 0 | r1 = *(u64 *)(r0 +0)
      15 1 0 LOOP 0 | if r1 == 0x0 goto LOOP
      b7 2 0 0 file | r2 = file
      85 0 2 0 bpf_rdonly_cast | call bpf_rdonly_cast
      bf 8 0 0 0 | r8 = r0
      79 1 8 file.f_op 0 | r1 = *(u64 *)(r8 +file.f_op)
      79 2 10 -80 0 | r2 = *(u64 *)(r10 -80)
      5d 1 2 LOOP 0 | if r1 != r2 goto LOOP
      79 1 8 file.f_inode 0 | r1 = *(u64 *)(r8 +file.f_inode)
      79 1 1 inode.i_ino 0 | r1 = *(u64 *)(r1 +inode.i_ino)
      63 10 1 -36 0 | *(u32 *)(r10 -36) = r1
      """;

  static final String SLOT_IS_WANTED =
      """
      FOUND:
      79 1 8 file.references 0 | r1 = *(u64 *)(r8 +file.references)
      7b 10 1 -32 0 | *(u64 *)(r10 -32) = r1
      79 1 10 -104 0 | r1 = *(u64 *)(r10 -104)
      7b 10 1 -24 0 | *(u64 *)(r10 -24) = r1
      """;

  static final String TABLE_ENDS =
      """
      05 0 0 LOOP 0 | goto LOOP
      DONE:
      bf 1 10 0 0 | r1 = r10
      07 1 0 0 -72 | r1 += -72
      85 0 2 0 bpf_iter_num_destroy | call bpf_iter_num_destroy
      # too many slots, or a shared table that the task gave up meanwhile: it has to be read again
      55 9 0 AGAIN 0 | if r9 != 0x0 goto AGAIN
      79 1 7 task_struct.files 0 | r1 = *(u64 *)(r7 +task_struct.files)
      79 2 10 -104 0 | r2 = *(u64 *)(r10 -104)
      1d 1 2 OUT 0 | if r1 == r2 goto OUT
      AGAIN:
      62 10 0 -40 -1 | *(u32 *)(r10 -40) = -1
      62 10 0 -36 0 | *(u32 *)(r10 -36) = 0
      7a 10 0 -32 0 | *(u64 *)(r10 -32) = 0
      7a 10 0 -24 0 | *(u64 *)(r10 -24) = 0
      """;

  private HolderTables() {}
}
