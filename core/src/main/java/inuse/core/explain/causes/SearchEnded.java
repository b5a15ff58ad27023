package inuse.core.explain.causes;

import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A socket whose process was not found in time.
 *
 * <p>Also: search ended, deadline, timed out, busy host
 *
 * <h2>What it is</h2>
 *
 * Who has a socket is found by looking through the open files of every process. A question has so
 * much time for that, more on a larger host; on one that is very busy it may end before everything
 * was looked at. Whether the holder is hidden, or was only not reached, is not known then.
 *
 * <h2>Why bind fails</h2>
 *
 * The socket exists and is bound, whichever process has it.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code sudo ss -anp 'sport = :8080'}, which takes as long as it takes.
 *
 * <h2>What to do</h2>
 *
 * Ask again with more time: {@code inuse --deadline 2m 8080}.
 *
 * <h2>What not to do</h2>
 *
 * Do not take it for a hidden process, or for a socket that no process has.
 *
 * <h2>Source</h2>
 *
 * proc_pid_fd(5).
 */
public record SearchEnded(Blockers blockers) implements SocketCause {
  /** Claims the sockets that some process must have open, where not all processes were seen. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    if (!unclaimed.snapshot().coverage().cut()) {
      return Optional.empty();
    }
    return unclaimed
        .claim(socket ->
            socket.inode().isPresent() && unclaimed.snapshot().holdersOf(socket).isEmpty())
        .map(left -> new SearchEnded(Listener.withConnections(left, unclaimed)));
  }

  @Override
  public String id() {
    return "search-ended";
  }

  @Override
  public Phrase summary() {
    return Phrases.unseenProcess(sockets())
        .then(", not found in time, holds ")
        .then(Phrases.places(sockets()))
        .then(" (")
        .then(Phrases.states(sockets()))
        .then(")");
  }

  @Override
  public Phrase why() {
    return Phrase.of(
            "the search for its process ended before everything was looked at; a longer one may"
                + " find it: ")
        .then(Remedies.askLonger(blockers.snapshot()));
  }

  @Override
  public List<Remedy> remedies() {
    return Remedies.asRoot(blockers.snapshot()).toList();
  }
}
