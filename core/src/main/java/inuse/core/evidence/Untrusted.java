package inuse.core.evidence;

/**
 * Text that another process chose: hostile until a renderer has escaped it for its medium.
 *
 * @param bytes one char, 0 to 255, for each byte
 */
public record Untrusted(String bytes) {
  /** What the kernel puts behind the name of a file that was replaced or removed since. */
  private static final String DELETED = " (deleted)";

  public Untrusted {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 0xff) {
        throw new IllegalArgumentException("char " + (int) bytes.charAt(i) + " is no byte");
      }
    }
  }

  /** What is behind the last slash; for recognising programs, not for showing. */
  public Untrusted baseName() {
    return new Untrusted(bytes.substring(bytes.lastIndexOf('/') + 1));
  }

  /** A link of /proc as it was when the process began, also where the file is gone. */
  public Untrusted withoutDeleted() {
    return bytes.endsWith(DELETED)
        ? new Untrusted(bytes.substring(0, bytes.length() - DELETED.length()))
        : this;
  }

  /** Whether a text has only letters and digits of ASCII, and those marks. */
  public static boolean isPlain(String text, String marks) {
    return text.chars()
        .allMatch(c ->
            (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || marks.indexOf(c) >= 0);
  }
}
