package inuse.render;

import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.Verdict;

/** Free ports that follow one another, which are told in one line. */
final class FreeRun {
  private final Diagnosis first;
  private int last;

  FreeRun(Diagnosis first) {
    this.first = first;
    last = target(first).port().number();
  }

  /** Whether a port is free, and nothing more is to be said about it. */
  static boolean isPart(Diagnosis diagnosis) {
    return diagnosis.verdict() == Verdict.FREE
        && diagnosis.causes().isEmpty()
        && diagnosis.notes().isEmpty()
        && diagnosis.snapshot() instanceof PortSnapshot port
        && !port.target().port().isAny();
  }

  /** Adds the next port of the same address and server; false where it is another. */
  boolean goesOn(Diagnosis next) {
    PortTarget place = target(next);
    boolean same =
        place.port().number() == last + 1
            && place.protocol() == target(first).protocol()
            && place.address().equals(target(first).address())
            && place.zone().equals(target(first).zone())
            && snapshot(next).newcomer().equals(snapshot(first).newcomer())
            && snapshot(next)
                .namespaceContext()
                .asked()
                .equals(snapshot(first).namespaceContext().asked());
    last += same ? 1 : 0;
    return same;
  }

  String headline() {
    return last == target(first).port().number()
        ? Headline.of(first)
        : Headline.ofFree(first, last);
  }

  private static PortTarget target(Diagnosis diagnosis) {
    return snapshot(diagnosis).target();
  }

  private static PortSnapshot snapshot(Diagnosis diagnosis) {
    return (PortSnapshot) diagnosis.snapshot();
  }
}
