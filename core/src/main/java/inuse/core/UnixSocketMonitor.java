package inuse.core;

import inuse.core.ask.UnixAsker;
import inuse.core.evidence.Question;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import java.time.Duration;

/** Looks at a path or an abstract name; a look at it disturbs no server's bind. */
final class UnixSocketMonitor implements AddressMonitor {
  /** The kernel does not report the end of a unix socket. */
  private static final Duration POLL = Duration.ofMillis(50);

  private final Question<UnixTarget> question;
  private final UnixAsker asker;

  UnixSocketMonitor(Question<UnixTarget> question, UnixAsker asker) {
    this.question = question;
    this.asker = asker;
  }

  @Override
  public Diagnosis diagnose() {
    return UnixExplainer.explain(asker.ask(question, UnixExplainer::agrees));
  }

  @Override
  public Proof proof() {
    return asker.mayBeFree(question.target()) && diagnose().verdict() == Verdict.FREE
        ? Proof.BIND
        : Proof.NONE;
  }

  @Override
  public boolean isTaken() {
    return proof() == Proof.NONE;
  }

  @Override
  public boolean isListenedOn() {
    return isTaken();
  }

  @Override
  public Duration pollInterval() {
    return POLL;
  }

  @Override
  public Expiry expiry() {
    return Expiry.NONE;
  }
}
