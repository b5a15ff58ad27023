package inuse.core.explain.causes;

import inuse.core.evidence.Snapshot;
import inuse.core.explain.Phrase;
import inuse.core.explain.Refused;
import java.util.EnumSet;
import java.util.Set;

/**
 * The kernel refuses, and no reason was found.
 *
 * <h2>What it is</h2>
 *
 * Real binds were refused, and no socket that could be seen explains it.
 *
 * <h2>Why bind fails</h2>
 *
 * That is the question. Everything that was looked at is listed.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -anp}, as root, in the network namespace of the server.
 *
 * <h2>What to do</h2>
 *
 * Ask again as root; look at what could not be looked at; report it with the whole answer.
 *
 * <h2>What not to do</h2>
 *
 * Do not take it for a free port.
 *
 * <h2>Source</h2>
 *
 * bind(2).
 */
public record Unexplained(Snapshot snapshot) implements Cause {
  @Override
  public String id() {
    return "unexplained";
  }

  @Override
  public Set<Refused> blocks() {
    return EnumSet.of(Refused.PLAIN);
  }

  @Override
  public Phrase summary() {
    return Phrase.of("the kernel refuses the bind, and nothing that could be seen explains it");
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "probe and table were taken "
            + snapshot.looks()
            + " times and "
            + snapshot.sockets().size()
            + " sockets with this port were seen, none of which refuses this bind; please report it"
            + " with everything below");
  }
}
