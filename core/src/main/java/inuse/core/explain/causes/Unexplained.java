package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import inuse.core.explain.text.Phrases;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the kernel says and what can be seen do not fit together.
 *
 * <p>Also: seccomp, bpf, selinux, apparmor, sandbox
 *
 * <h2>What it is</h2>
 *
 * Real binds were refused, and no socket that could be seen explains it; or one was allowed that a
 * socket should have refused. A filter refuses without any socket: seccomp (a sandbox, a
 * container's profile), a BPF program on the control group, a security module, and on WSL, where
 * Windows answers, a program or a reserved range of Windows.
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
 * Ask again as root; look at what could not be looked at. Try the same bind outside the sandbox or
 * container, and another port. On WSL ask Windows. Where none of it applies, report it with the
 * whole answer.
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

  /** Whether the kernel's table of sockets was not read to its end in time. */
  private boolean isCut() {
    return snapshot.gaps().stream()
        .anyMatch(
            gap -> gap.subject() == Gap.Subject.SOCKETS && gap.why() == Reading.Why.TIMED_OUT);
  }

  @Override
  public Phrase summary() {
    if (ignored.isEmpty() && isCut()) {
      return Phrase.of("something refuses the bind; the sockets were not all read in time");
    }
    return ignored.isEmpty()
        ? Phrase.of("something refuses the bind, and no socket that can be seen is the reason")
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
    if (isCut()) {
      return Phrase.of("what was not read may be the reason; a longer look finds it: ")
          .then(Remedies.askLonger(snapshot));
    }
    return Phrase.of(
        "probe and table were taken "
            + snapshot.looks()
            + " times and "
            + snapshot.sockets().size()
            + " sockets with this port were seen, none of which refuses this bind; without a socket"
            + " a filter does so: seccomp, a BPF program, a security module, or Windows where this"
            + " is WSL");
  }

  @Override
  public List<Remedy> remedies() {
    return ignored.isEmpty() && !isCut()
        ? Stream.concat(
                Remedies.asRoot(snapshot),
                Stream.of(Remedies.otherPort("take another port, which the filter may let pass")))
            .toList()
        : List.of();
  }
}
