package inuse.core.tune;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import java.util.Optional;

/**
 * The advice on one setting of this host.
 *
 * @param value as we would write it
 * @param because the reason, found on this host
 * @param command that would change it
 */
public record SettingAdvice(
    Setting setting,
    Reading<String> value,
    Status status,
    Phrase because,
    Optional<InuseCommand> command) {
  /** The verdict; its words are for people, its id for programs. */
  public enum Status {
    /** Its value is right. */
    FINE("fine", "fine here"),
    /** Another value would be better on this host. */
    CHANGE("change", "change this"),
    /** No bind depends on it. */
    NO_EFFECT("no-effect", "does nothing for bind"),
    /** It could not be read. */
    UNKNOWN("unknown", "not known");

    private final String id;
    private final String words;

    Status(String id, String words) {
      this.id = id;
      this.words = words;
    }

    public String id() {
      return id;
    }

    public String words() {
      return words;
    }
  }
}
