package inuse.core.tune;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import java.util.Optional;

/**
 * What is to be said of one setting on this host.
 *
 * @param value as we would write it
 * @param because of what was found here
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
    /** It does what it should. */
    FINE("fine", "fine here"),
    /** Something here would be better with another value. */
    CHANGE("change", "change this"),
    /** Whatever it is, no bind succeeds or fails for it. */
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
