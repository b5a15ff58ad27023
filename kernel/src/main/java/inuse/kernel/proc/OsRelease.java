package inuse.kernel.proc;

import inuse.kernel.CallResult;

/** The kernel's release in /proc/sys/kernel/osrelease, such as {@code 6.8.0-45-generic}. */
public record OsRelease(String text) {
  /** Reads the release of the running kernel; empty where it may not be read. */
  public static OsRelease read(Proc proc) {
    return new OsRelease(
        proc.text("/proc/sys/kernel/osrelease") instanceof CallResult.Ok<String>(String release)
            ? release
            : "");
  }

  /** Whether it is older than that version; an unknown release counts as new. */
  public boolean isBefore(int major, int minor) {
    String[] parts = Fields.split(text.replace('-', '.'), '.', 3);
    long first = Numeral.decimal(parts[0]).orElse(major + 1L);
    long second = parts.length > 1 ? Numeral.decimal(parts[1]).orElse(0) : 0;
    return first < major || (first == major && second < minor);
  }

  /** Whether it is that of the Windows Subsystem for Linux. */
  public boolean isOfWindows() {
    return text.contains("Microsoft") || text.contains("microsoft");
  }
}
