package inuse.kernel.abi;

import java.util.Optional;

/** A machine whose system call numbers are known here. */
public enum Architecture {
  X86_64,
  AARCH64;

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
