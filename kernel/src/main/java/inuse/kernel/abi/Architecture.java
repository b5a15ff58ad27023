package inuse.kernel.abi;

import java.util.Optional;

/** A machine whose system call numbers are known here. */
public enum Architecture {
  X86_64(0x10000, 0x20000),
  AARCH64(0x4000, 0x8000);

  private final int directoryOnly;
  private final int noFollow;

  Architecture(int directoryOnly, int noFollow) {
    this.directoryOnly = directoryOnly;
    this.noFollow = noFollow;
  }

  /** O_DIRECTORY of asm/fcntl.h. */
  public int directoryOnly() {
    return directoryOnly;
  }

  /** O_NOFOLLOW of asm/fcntl.h. */
  public int noFollow() {
    return noFollow;
  }

  /**
   * The architecture of that name.
   *
   * @param name as uname(2) or the JVM's {@code os.arch} spells it
   */
  public static Optional<Architecture> named(String name) {
    return switch (name) {
      case "x86_64", "amd64" -> Optional.of(X86_64);
      case "aarch64", "arm64" -> Optional.of(AARCH64);
      default -> Optional.empty();
    };
  }
}
