package inuse.core.explain.text;

import inuse.core.evidence.Phrase;

/** Something worth knowing that blocks nothing. */
public record Note(Id id, Phrase summary) {
  /** The kind of note. */
  public enum Id {
    CLIENT("client"),
    SHARED("shared"),
    WHO_ANSWERS("who-answers"),
    UDP_ALSO_HELD("udp-also-held"),
    REPARENTED("reparented"),
    INHERITED("inherited"),
    ACCEPT_QUEUE("accept-queue"),
    HIDDEN_REFERENCE("hidden-reference"),
    OTHER_NAMESPACE("other-namespace"),
    FORWARDED_WITHOUT_SOCKET("forwarded-without-socket"),
    WELL_KNOWN("well-known"),
    RECORDED("recorded"),
    WSL("wsl");

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
