package inuse.core.explain;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Probe;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.causes.AbstractSocket;
import inuse.core.explain.causes.AddressNotLocal;
import inuse.core.explain.causes.BindPolicy;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.LiveSocketFile;
import inuse.core.explain.causes.NotASocket;
import inuse.core.explain.causes.StaleSocketFile;
import inuse.core.explain.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a snapshot of a unix socket's path or name into a diagnosis. */
public final class UnixExplainer {
  private UnixExplainer() {}

  /** The diagnosis for a snapshot. */
  public static Diagnosis explain(UnixSnapshot snapshot) {
    Verdict verdict = verdict(snapshot);
    return new Diagnosis(
        snapshot, verdict, verdict == Verdict.FREE ? List.of() : causes(snapshot), List.of());
  }

  /**
   * Whether file, sockets and probes fit together. A socket without a process may have been read
   * just as its process ended, and is checked twice.
   */
  public static boolean agrees(UnixSnapshot snapshot) {
    if (snapshot.looks() == 1 && !snapshot.sockets().isEmpty() && snapshot.holders().isEmpty()) {
      return false;
    }
    Optional<ErrnoName> refusal = refusal(snapshot);
    boolean refused = refusal.filter(ErrnoName.EADDRINUSE::equals).isPresent();
    if (snapshot.probes().isEmpty()) {
      return true;
    }
    return switch (snapshot.target()) {
      case UnixTarget.Path path -> !refusal.filter(ErrnoName.ENOENT::equals).isPresent();
      case UnixTarget.Abstract named -> refused != snapshot.sockets().isEmpty();
    };
  }

  /** The errno of the bind that sets no option, where it was refused. */
  private static Optional<ErrnoName> refusal(UnixSnapshot snapshot) {
    return snapshot.probes().stream()
        .filter(probe -> !probe.reuseAddress())
        .map(UnixProbe::result)
        .flatMap(result ->
            result instanceof Probe.Result.Refused(String call, ErrnoName errno)
                ? Optional.of(errno).stream()
                : Optional.<ErrnoName>empty().stream())
        .findFirst();
  }

  private static Verdict verdict(UnixSnapshot snapshot) {
    if (!snapshot.probed()) {
      return Verdict.UNKNOWN;
    }
    if (snapshot.probes().isEmpty()) {
      return snapshot
          .file()
          .map(file -> refusal(file).map(Verdict::ofUnixErrno).orElse(Verdict.FREE))
          .orElse(Verdict.UNKNOWN);
    }
    return refusal(snapshot).map(Verdict::ofUnixErrno).orElse(Verdict.FREE);
  }

  /** The errno with which creating a file would fail, where none exists. */
  private static Optional<ErrnoName> refusal(PathState file) {
    return switch (file) {
      case PathState.Found found -> Optional.of(ErrnoName.EADDRINUSE);
      case PathState.Nothing(Optional<ErrnoName> errno) -> errno;
      case PathState.Unreachable(ErrnoName errno) -> Optional.of(errno);
    };
  }

  private static List<Cause> causes(UnixSnapshot snapshot) {
    List<Cause> causes = new ArrayList<>();
    Optional<ErrnoName> errno = refusal(snapshot);
    switch (snapshot.target()) {
      case UnixTarget.Abstract named -> {
        if (!snapshot.sockets().isEmpty()
            || errno.filter(ErrnoName.EADDRINUSE::equals).isPresent()) {
          causes.add(new AbstractSocket(snapshot));
        }
      }
      case UnixTarget.Path path -> {
        if (snapshot.file().orElse(new PathState.Nothing(errno)) instanceof PathState.Found found) {
          causes.add(file(snapshot, path, found));
        } else {
          errno = snapshot.file().flatMap(UnixExplainer::refusal);
        }
      }
    }
    errno.flatMap(why -> hindrance(snapshot, why)).ifPresent(causes::add);
    return causes;
  }

  private static Cause file(UnixSnapshot snapshot, UnixTarget.Path path, PathState.Found file) {
    if (file.kind() != FileKind.SOCKET) {
      return new NotASocket(path, file);
    }
    return file.served().is(false)
        ? new StaleSocketFile(path, file, snapshot)
        : new LiveSocketFile(path, file, snapshot);
  }

  private static Optional<Cause> hindrance(UnixSnapshot snapshot, ErrnoName errno) {
    return switch (Verdict.ofUnixErrno(errno)) {
      case DENIED -> Optional.of(BindPolicy.of(snapshot.target(), errno, snapshot.newcomer()));
      case NOT_LOCAL ->
          snapshot.target() instanceof UnixTarget.Path path
              ? Optional.of(AddressNotLocal.noDirectory(path, errno))
              : Optional.empty();
      case FREE, UNKNOWN, FREE_WITH_REUSEADDR, BLOCKED -> Optional.empty();
    };
  }
}
