package inuse.core.evidence;

/**
 * Text that another process chose: hostile until a renderer has escaped it for its medium.
 *
 * @param bytes one char, 0 to 255, for each byte
 */
public record Untrusted(String bytes) {
  /** What the kernel appends to the name of a file that was replaced or removed. */
  private static final String DELETED = " (deleted)";

  public Untrusted {
    int length = bytes.length();
    for (int i = 0; i < length; i++) {
      if (bytes.charAt(i) > 0xff) {
        throw new IllegalArgumentException("char " + (int) bytes.charAt(i) + " is no byte");
      }
    }
  }

  /** The text after the last slash; for recognising programs, not for display. */
  public Untrusted baseName() {
    return new Untrusted(bytes.substring(bytes.lastIndexOf('/') + 1));
  }

  /** The target of a /proc link without the kernel's mark of a replaced or removed file. */
  public Untrusted withoutDeleted() {
    return bytes.endsWith(DELETED)
        ? new Untrusted(bytes.substring(0, bytes.length() - DELETED.length()))
        : this;
  }

  /** Whether a text has only ASCII letters and digits, and the given marks. */
  public static boolean isPlain(String text, String marks) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      boolean letter = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
      if (!letter && (one < '0' || one > '9') && marks.indexOf(one) < 0) {
        return false;
      }
    }
    return true;
  }
}
