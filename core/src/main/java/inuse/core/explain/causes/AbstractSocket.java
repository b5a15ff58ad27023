package inuse.core.explain.causes;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.UnixPhrases;
import java.util.List;

/**
 * An abstract unix name that a process holds.
 *
 * <h2>What it is</h2>
 *
 * A unix socket whose name begins with a NUL byte, written {@code @name}. No file stands for it: it
 * lives in a network namespace, and goes when the last descriptor of its socket is closed.
 *
 * <h2>Why bind fails</h2>
 *
 * A name is given to one socket of each type at a time. SO_REUSEADDR and SO_REUSEPORT mean nothing
 * to a unix socket.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -xap 'src @name'}, in the same network namespace.
 *
 * <h2>What to do</h2>
 *
 * Stop the process that holds it, the way it was started: through its unit or its container.
 *
 * <h2>What not to do</h2>
 *
 * Do not look for a file to remove. Every byte of the name counts: a program that binds the name
 * filled up with NULs has another name.
 *
 * <h2>Source</h2>
 *
 * unix(7); unix_bind_abstract(), net/unix/af_unix.c.
 */
public record AbstractSocket(UnixSnapshot snapshot) implements UnixCause {
  @Override
  public String id() {
    return "abstract-socket";
  }

  @Override
  public Phrase summary() {
    return UnixPhrases.subject(snapshot).then(snapshot.target().word());
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "an abstract name belongs to one socket until its last descriptor is closed, and"
            + " SO_REUSEADDR has no effect on it"
            + UnixPhrases.waiting(snapshot.sockets()));
  }

  @Override
  public List<Remedy> remedies() {
    return UnixPhrases.stop(snapshot);
  }
}
