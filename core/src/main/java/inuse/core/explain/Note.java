package inuse.core.explain;

/** Something worth knowing that blocks nothing. */
public record Note(Id id, Phrase summary) {
  /** The kind of note. */
  public enum Id {
    CLIENT("client"),
    UDP_ALSO_HELD("udp-also-held");

    private final String word;

    Id(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }
}
