package inuse.core.evidence;

/** A transport protocol with ports of its own. */
public enum Protocol {
  TCP("tcp"),
  UDP("udp");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** The word for people and programs. */
  public String word() {
    return word;
  }
}
