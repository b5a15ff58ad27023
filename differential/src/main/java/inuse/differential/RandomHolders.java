package inuse.differential;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Lineage;
import inuse.core.evidence.Moment;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import java.util.List;

/** Random holders of sockets, possible and impossible. */
final class RandomHolders {
  private final RandomInputs random;
  private final RandomParts parts;

  RandomHolders(RandomInputs random) {
    this.random = random;
    parts = new RandomParts(random);
  }

  Holder holder() {
    RandomCharges charges = new RandomCharges(random);
    return new Holder(
        new ProcessIdentity(parts.pid(), random.natural()),
        new Holder.Invocation(
            parts.foreign(),
            parts.reading(
                () -> parts.several(random.below(random.oneIn(10) ? 60 : 4), parts::foreign)),
            parts.reading(this::executable),
            parts.reading(parts::foreign),
            random.oneIn(4)),
        parts.reading(parts::account),
        parts.maybe(1 + random.below(2), () -> random.pick(List.of(ProcessState.values()))),
        parts.reading(this::start),
        parts.several(
            1 + random.below(3), () -> new Holder.OpenSocket(random.below(1024), parts.inode())),
        parts.ancestry(6),
        parts.maybe(1, () -> new Lineage(parts.pid(), parts.pid(), random.natural())),
        new Holder.Context(
            parts.reading(parts::foreign),
            parts.maybe(3, charges::unit),
            parts.maybe(4, charges::saidContainer),
            charges.supervision()),
        parts.several(random.oneIn(4) ? 2 : 0, this::reference),
        parts.maybe(
            4,
            () ->
                new Reparented(
                    parts.pid(),
                    parts.several(random.below(3), this::between),
                    random.coin(),
                    parts.reading(random::coin))));
  }

  private Holder.Reference reference() {
    return new Holder.Reference(parts.inode(), random.pick(List.of(Via.values())), random.coin());
  }

  private Moment start() {
    if (random.oneIn(20)) {
      return new Moment(random.bits());
    }
    long[] drawn = {random.natural(), random.below(40)};
    return new Moment(RandomParts.NOW - (drawn[0] >> (20 + drawn[1])));
  }

  private Untrusted executable() {
    return random.oneIn(3)
        ? parts.foreign()
        : new Untrusted(
            "/usr/bin/"
                + random.pick(List.of("python3.13", "pypy3", "java", "node", "nginx", "a.out"))
                + (random.oneIn(4) ? " (deleted)" : ""));
  }

  private Untrusted between() {
    return random.oneIn(3)
        ? parts.foreign()
        : new Untrusted(random.pick(List.of("sh", "node", "nginx")));
  }
}
