package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import inuse.core.explain.text.Phrases;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the kernel says and what can be seen do not fit together.
 *
 * <h2>What it is</h2>
 *
 * Real binds were refused, and no socket that could be seen explains it; or one was allowed that a
 * socket should have refused.
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
 *
 * @param ignored the sockets that should have refused a bind which was allowed; none where it was
 *     refused
 */
public record Unexplained(PortSnapshot snapshot, List<BoundSocket> ignored) implements Cause {
  public Unexplained {
    ignored = List.copyOf(ignored);
  }

  @Override
  public String id() {
    return "unexplained";
  }

  @Override
  public Set<BindMode> blocks() {
    return ignored.isEmpty() ? EnumSet.of(BindMode.PLAIN) : EnumSet.noneOf(BindMode.class);
  }

  @Override
  public Phrase summary() {
    return ignored.isEmpty()
        ? Phrase.of("the kernel refuses the bind, and nothing that could be seen explains it")
        : Phrase.of("the kernel allows the bind, though ")
            .then(Phrases.places(ignored))
            .then(" (")
            .then(Phrases.states(ignored))
            .then(") should refuse it");
  }

  @Override
  public Severity severity() {
    return ignored.isEmpty() ? Severity.CRITICAL : Severity.INFO;
  }

  @Override
  public Phrase why() {
    if (!ignored.isEmpty()) {
      return Phrase.of(
          "probe and table were taken "
              + snapshot.looks()
              + " times; sockets that come and go do that, else please report it with everything"
              + " below");
    }
    return Phrase.of(
        "probe and table were taken "
            + snapshot.looks()
            + " times and "
            + snapshot.sockets().size()
            + " sockets with this port were seen, none of which refuses this bind; please report it"
            + " with everything below");
  }
}
