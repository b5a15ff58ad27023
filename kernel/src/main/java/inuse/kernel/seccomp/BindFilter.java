package inuse.kernel.seccomp;

import static inuse.kernel.abi.Constants.AUDIT_ARCH_AARCH64;
import static inuse.kernel.abi.Constants.AUDIT_ARCH_X86_64;
import static inuse.kernel.abi.Constants.BPF_ABS;
import static inuse.kernel.abi.Constants.BPF_JEQ;
import static inuse.kernel.abi.Constants.BPF_JMP;
import static inuse.kernel.abi.Constants.BPF_K;
import static inuse.kernel.abi.Constants.BPF_LD;
import static inuse.kernel.abi.Constants.BPF_RET;
import static inuse.kernel.abi.Constants.BPF_W;
import static inuse.kernel.abi.Constants.SECCOMP_RET_ALLOW;
import static inuse.kernel.abi.Constants.SECCOMP_RET_USER_NOTIF;

import inuse.kernel.Bytes;
import inuse.kernel.abi.Architecture;
import inuse.kernel.abi.Numbers;

/**
 * The seccomp filter program: it reports bind(2), listen(2) and landlock_restrict_self(2), on
 * request also a shutdown(2) that stops a listener, and allows every other call. It also allows
 * calls by the numbers of another architecture, such as 32-bit ones.
 */
public final class BindFilter {
  /** sizeof(struct sock_filter). */
  public static final int INSTRUCTION_BYTES = 8;

  private static final int NUMBER_AT = 0;
  private static final int ARCHITECTURE_AT = 4;

  /** The lower half of the second argument, on a little-endian machine. */
  private static final int SECOND_AT = 24;

  /** SHUT_WR of sys/socket.h, which does nothing to a listener. */
  private static final int SHUT_WR = 1;

  private BindFilter() {}

  /**
   * The program, as a sequence of struct sock_filter.
   *
   * @param shutdown whether it reports shutdown(2)
   */
  public static byte[] of(Architecture architecture, boolean shutdown) {
    Numbers numbers = Numbers.of(architecture);
    long audit =
        switch (architecture) {
          case X86_64 -> AUDIT_ARCH_X86_64;
          case AARCH64 -> AUDIT_ARCH_AARCH64;
        };
    int notify = shutdown ? 10 : 7;
    int allow = notify - 1;
    byte[] program = new byte[(notify + 1) * INSTRUCTION_BYTES];
    put(program, 0, BPF_LD | BPF_W | BPF_ABS, 0, 0, ARCHITECTURE_AT);
    put(program, 1, BPF_JMP | BPF_JEQ | BPF_K, 0, allow - 2, (int) audit);
    put(program, 2, BPF_LD | BPF_W | BPF_ABS, 0, 0, NUMBER_AT);
    put(program, 3, BPF_JMP | BPF_JEQ | BPF_K, notify - 4, 0, numbers.bind());
    put(program, 4, BPF_JMP | BPF_JEQ | BPF_K, notify - 5, 0, numbers.listen());
    put(program, 5, BPF_JMP | BPF_JEQ | BPF_K, notify - 6, 0, numbers.landlock_restrict_self());
    if (shutdown) {
      put(program, 6, BPF_JMP | BPF_JEQ | BPF_K, 0, allow - 7, numbers.shutdown());
      put(program, 7, BPF_LD | BPF_W | BPF_ABS, 0, 0, SECOND_AT);
      put(program, 8, BPF_JMP | BPF_JEQ | BPF_K, allow - 9, notify - 9, SHUT_WR);
    }
    put(program, allow, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    put(program, notify, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF);
    return program;
  }

  private static void put(byte[] program, int at, int code, int yes, int no, int operand) {
    int from = at * INSTRUCTION_BYTES;
    Bytes.putShort(program, from, code);
    program[from + 2] = (byte) yes;
    program[from + 3] = (byte) no;
    Bytes.putInt(program, from + 4, operand);
  }
}
