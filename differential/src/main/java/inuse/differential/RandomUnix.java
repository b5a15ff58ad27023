package inuse.differential;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PathState;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Random snapshots of unix sockets, possible and impossible. */
final class RandomUnix {
  private final RandomInputs random;
  private final RandomParts parts;
  private final RandomHolders holders;

  RandomUnix(RandomInputs random) {
    this.random = random;
    parts = new RandomParts(random);
    holders = new RandomHolders(random);
  }

  UnixSnapshot snapshot() {
    boolean named = random.oneIn(3);
    UnixTarget target = named ? new UnixTarget.Abstract(name()) : new UnixTarget.Path(path());
    boolean probed = !random.oneIn(8);
    int[] counts = {
      random.below(4), random.below(3), random.below(4), random.below(3), random.below(3)
    };
    List<UnixProbe> probes = new ArrayList<>();
    if (counts[3] > 0) {
      probes.add(new UnixProbe(false, parts.result()));
    }
    if (counts[3] > 1) {
      probes.add(new UnixProbe(true, parts.result()));
    }
    return new UnixSnapshot(
        target,
        parts.newcomer(),
        new Moment(RandomParts.NOW),
        parts.reading(random::natural),
        named ? Optional.empty() : Optional.of(file()),
        probed,
        probes,
        parts.several(counts[0], this::socket),
        counts[1],
        parts.several(counts[2], holders::holder),
        parts.several(random.below(2), parts::gap),
        1 + counts[4]);
  }

  private Untrusted name() {
    String text = random.foreign(4);
    return new Untrusted(text.isEmpty() ? "name" : cut(text));
  }

  private Untrusted path() {
    String start = random.pick(List.of("/run/", "./", "", "/", "//", "a/b/"));
    String text = cut(start + random.foreign(4));
    return new Untrusted(text.isEmpty() ? "/" : text);
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), UnixTarget.MAX_PATH_BYTES));
  }

  private PathState file() {
    return switch (random.below(6)) {
      case 0 -> new PathState.Nothing(parts.maybe(2, this::errno));
      case 1 -> new PathState.Unreachable(errno());
      default ->
          new PathState.Found(
              random.coin() ? FileKind.SOCKET : random.pick(List.of(FileKind.values())),
              parts.account(),
              random.coin(),
              parts.maybe(3, parts::foreign),
              parts.reading(random::coin),
              random.below(8) == 0);
    };
  }

  private ErrnoName errno() {
    return new ErrnoName(
        random.pick(List.of("ENOENT", "EACCES", "EROFS", "ENOTDIR", "ELOOP", "ENOSYS")));
  }

  private UnixSocket socket() {
    return new UnixSocket(
        random.pick(List.of(UnixSocket.Type.values())),
        random.pick(List.of(SocketState.LISTEN, SocketState.BOUND, SocketState.ESTABLISHED)),
        parts.foreign(),
        parts.maybe(1, parts::inode),
        random.below(3),
        parts.reading(parts::account),
        parts.reading(() -> (long) random.below(200)));
  }
}
