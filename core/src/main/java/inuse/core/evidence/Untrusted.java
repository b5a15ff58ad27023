package inuse.core.evidence;

/**
 * Text that another process chose: hostile until a renderer has escaped it for its medium.
 *
 * @param bytes one char, 0 to 255, for each byte
 */
public record Untrusted(String bytes) {
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
}
