package inuse.core.fix;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.Diagnosis;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks at an address until two looks, a moment apart, name the same holders. A program that
 * examines sockets, such as another inuse, has duplicates of them for microseconds and is no
 * holder; neither is a child between its fork and its exec.
 *
 * <p>Nobody can hide in this. A socket is held by somebody in every look, and where its holders
 * never stay the same, those of the last look count.
 */
public final class SteadyLook {
  /** Between two looks: far more than a duplicate lives. */
  public static final Duration MOMENT = Duration.ofMillis(20);

  /** Looks at holders that change all the time, or that may not have run in between. */
  private static final int MAX_LOOKS = 8;

  private static final String INUSE = "inuse";

  private SteadyLook() {}

  /**
   * The diagnosis of the last look.
   *
   * @param moment waits for {@link #MOMENT}
   */
  public static Diagnosis of(Supplier<Diagnosis> look, Runnable moment) {
    Diagnosis last = look.get();
    for (int looks = 1; looks < MAX_LOOKS && !held(last).isEmpty(); looks++) {
      moment.run();
      Diagnosis next = look.get();
      boolean steady = held(next).equals(held(last)) && !mayHaveStoodStill(last, next);
      last = next;
      if (steady) {
        break;
      }
    }
    return last;
  }

  /** One look, or a steady one where another inuse seems to be among the holders. */
  public static Diagnosis besideOthers(Supplier<Diagnosis> look, Runnable moment) {
    Diagnosis first = look.get();
    return holders(first).stream().anyMatch(one -> one.program().bytes().equals(INUSE))
        ? of(look, moment)
        : first;
  }

  /** Whether two looks name the same holders. */
  static boolean areSame(Diagnosis one, Diagnosis other) {
    return held(one).equals(held(other));
  }

  static List<Holder> holders(Diagnosis diagnosis) {
    return switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> snapshot.holders();
      case UnixSnapshot unix -> unix.holders();
    };
  }

  /** Which processes have which sockets. */
  private static Map<ProcessIdentity, Set<Inode>> held(Diagnosis diagnosis) {
    Map<ProcessIdentity, Set<Inode>> held = new HashMap<>();
    for (Holder holder : holders(diagnosis)) {
      Set<Inode> its = held.computeIfAbsent(holder.identity(), any -> new HashSet<>());
      holder.sockets().forEach(one -> its.add(one.inode()));
      holder.references().forEach(one -> its.add(one.inode()));
    }
    return held;
  }

  /**
   * Whether a holder waited for a processor both times: on a busy host no time may have passed for
   * it.
   */
  private static boolean mayHaveStoodStill(Diagnosis before, Diagnosis after) {
    Set<ProcessIdentity> waited = new HashSet<>();
    holders(before).stream()
        .filter(SteadyLook::isRunnable)
        .forEach(one -> waited.add(one.identity()));
    return holders(after).stream()
        .filter(SteadyLook::isRunnable)
        .anyMatch(one -> waited.contains(one.identity()));
  }

  private static boolean isRunnable(Holder holder) {
    return holder.state().equals(Optional.of(ProcessState.RUNNING));
  }
}
