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
 * The program that the kernel runs at every system call: it tells of bind(2) and listen(2), and
 * lets everything else go on as if it were not there. So does it with calls by the numbers of
 * another architecture, 32-bit ones among them.
 */
public final class BindFilter {
  /** sizeof(struct sock_filter). */
  public static final int INSTRUCTION_BYTES = 8;

  private static final int NUMBER_AT = 0;
  private static final int ARCHITECTURE_AT = 4;

  private BindFilter() {}

  /** struct sock_filter one after the other. */
  public static byte[] of(Architecture architecture) {
    Numbers numbers = Numbers.of(architecture);
    long audit =
        switch (architecture) {
          case X86_64 -> AUDIT_ARCH_X86_64;
          case AARCH64 -> AUDIT_ARCH_AARCH64;
        };
    byte[] program = new byte[7 * INSTRUCTION_BYTES];
    put(program, 0, BPF_LD | BPF_W | BPF_ABS, 0, 0, ARCHITECTURE_AT);
    put(program, 1, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, (int) audit);
    put(program, 2, BPF_LD | BPF_W | BPF_ABS, 0, 0, NUMBER_AT);
    put(program, 3, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, numbers.bind());
    put(program, 4, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, numbers.listen());
    put(program, 5, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    put(program, 6, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF);
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
