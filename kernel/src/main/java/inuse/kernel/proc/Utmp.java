package inuse.kernel.proc;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.abi.Architecture;
import java.util.ArrayList;
import java.util.List;

/** Records of /run/utmp (utmp(5)): who is logged in on which terminal. */
public final class Utmp {
  private static final String PATH = "/run/utmp";

  private static final int USER_PROCESS = 7;
  private static final int PID_AT = 4;
  private static final int LINE_AT = 8;
  private static final int LINE_BYTES = 32;
  private static final int HOST_AT = 76;
  private static final int HOST_BYTES = 256;

  private Utmp() {}

  /**
   * One login.
   *
   * @param pid the process that made the record: an sshd, or the login shell
   * @param line the terminal without {@code /dev/}
   * @param host from where; empty for a login at this machine
   */
  public record Login(int pid, String line, String host) {}

  /** The logins; none where there is no such file. */
  public static List<Login> read(Proc proc, Architecture architecture) {
    return proc.text(PATH) instanceof CallResult.Ok<String>(String text)
        ? parse(Bytes.of(text), recordBytes(architecture))
        : List.of();
  }

  /** sizeof(struct utmp), which has longs on some machines only. */
  public static int recordBytes(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> 384;
      case AARCH64 -> 400;
    };
  }

  /** A record that is torn at the end of the file is ignored. */
  static List<Login> parse(byte[] bytes, int size) {
    List<Login> logins = new ArrayList<>();
    for (int at = 0; at + size <= bytes.length; at += size) {
      int pid = Bytes.getInt(bytes, at + PID_AT);
      if (Bytes.getShort(bytes, at) == USER_PROCESS && pid > 0) {
        logins.add(
            new Login(
                pid, text(bytes, at + LINE_AT, LINE_BYTES), text(bytes, at + HOST_AT, HOST_BYTES)));
      }
    }
    return logins;
  }

  /** Text that ends with its field or with a NUL. */
  private static String text(byte[] bytes, int from, int most) {
    int length = 0;
    while (length < most && bytes[from + length] != 0) {
      length++;
    }
    return Bytes.text(bytes, from, length);
  }
}
