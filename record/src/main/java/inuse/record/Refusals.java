package inuse.record;

import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.Stamp;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.render.InuseLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Refused binds with their causes. Each address is diagnosed once a second at most; what is refused
 * again meanwhile, of the same process by the same holders, becomes one event with a count. What
 * goes beyond {@link #MAX_TOLD} in a second becomes a number: a user who lets binds be refused
 * without end would else push what others did out of the segments.
 */
final class Refusals {
  private static final long SECOND = 1_000_000_000L;

  /** Addresses and refusals that are remembered for a second. */
  private static final int MAX_REMEMBERED = 1_000;

  /** Refusals that are told in a second: more than any honest program makes. */
  static final int MAX_TOLD = 10_000;

  private final Inuse inuse;
  private final ProcessBook processes;
  private final Rights rights;
  private final LongFunction<Stamp> stamps;
  private final Consumer<Event> output;
  private final Map<Place, Judged> judged = new LinkedHashMap<>();
  private final Map<Alike, Repeated> repeated = new HashMap<>();
  private long others;
  private int told;
  private Optional<Capped> capped = Optional.empty();

  /** What a process may bind. */
  interface Rights {
    /** Whether the kernel refuses the port to that process, also where it is free. */
    boolean isPrivileged(Place place, int pid);
  }

  /**
   * What makes causes of refusals.
   *
   * @param inuse asked about each, within its own time
   * @param stamps times of CLOCK_BOOTTIME
   */
  Refusals(
      Inuse inuse,
      ProcessBook processes,
      Rights rights,
      LongFunction<Stamp> stamps,
      Consumer<Event> output) {
    this.inuse = inuse;
    this.processes = processes;
    this.rights = rights;
    this.stamps = stamps;
    this.output = output;
  }

  /** What was found out about an address. */
  private record Judged(
      long nanos,
      Verdict verdict,
      List<String> causes,
      List<Integer> holders,
      Optional<String> fix) {}

  /** Refusals that are not told. */
  private record Capped(Stamp first, Stamp last, long count) {}

  private record Alike(int process, Place place, List<Integer> holders) {}

  /** What was told once and has happened again since. */
  private static final class Repeated {
    private final long told;
    private Event.Refused last;
    private int more;

    Repeated(long told, Event.Refused last) {
      this.told = told;
      this.last = last;
    }
  }

  /** How many binds were refused for another reason than that the port was in use. */
  long others() {
    return others;
  }

  /**
   * Takes a refused bind.
   *
   * @param hurried whether there is no time for a diagnosis: others wait
   */
  void take(RefusedBind bind, boolean hurried) {
    if (rights.isPrivileged(bind.place(), bind.pid())) {
      others++;
      return;
    }
    Judged judgement = judge(bind, hurried || told >= MAX_TOLD);
    boolean inUse =
        bind.conflicts() > 0
            ? judgement.verdict != Verdict.NOT_LOCAL
            : judgement.verdict == Verdict.BLOCKED
                || judgement.verdict == Verdict.FREE_WITH_REUSEADDR;
    if (!inUse) {
      others++;
      return;
    }
    List<Integer> holders = bind.holders().isEmpty() ? judgement.holders : bind.holders();
    List<String> causes = judgement.causes.isEmpty() ? causes(bind) : judgement.causes;
    Event.Refused event =
        new Event.Refused(
            stamps.apply(bind.nanos()),
            bind.process() == BoundTable.UNKNOWN ? Optional.empty() : Optional.of(bind.process()),
            bind.place(),
            causes,
            holders,
            judgement.fix,
            1);
    Repeated before = repeated.get(new Alike(bind.process(), bind.place(), holders));
    if (before != null) {
      before.more++;
      before.last = event;
      return;
    }
    if (told >= MAX_TOLD) {
      Stamp first = capped.map(Capped::first).orElse(event.stamp());
      capped =
          Optional.of(new Capped(first, event.stamp(), capped.map(Capped::count).orElse(0L) + 1));
      return;
    }
    if (repeated.size() < MAX_REMEMBERED) {
      repeated.put(
          new Alike(bind.process(), bind.place(), holders), new Repeated(bind.nanos(), event));
    }
    told++;
    output.accept(event);
  }

  /**
   * Once a second: tells what was refused again, when its second is over, and what was not told.
   */
  void tick(long nanos) {
    List<Alike> over = new ArrayList<>();
    repeated.forEach((alike, one) -> {
      if (one.told + SECOND <= nanos) {
        over.add(alike);
      }
    });
    for (Alike alike : over) {
      Repeated one = repeated.remove(alike);
      if (one != null && one.more > 0) {
        Event.Refused last = one.last;
        output.accept(
            new Event.Refused(
                last.stamp(),
                last.process(),
                last.place(),
                last.causes(),
                last.holders(),
                last.fix(),
                one.more));
      }
    }
    capped.ifPresent(one ->
        output.accept(
            new Event.Gap(
                one.last,
                Event.Loss.CAPPED,
                Optional.of(one.count),
                Optional.of(one.first.time()))));
    capped = Optional.empty();
    told = 0;
    judged.values().removeIf(one -> one.nanos + SECOND <= nanos);
  }

  private Judged judge(RefusedBind bind, boolean hurried) {
    Judged known = judged.get(bind.place());
    if (known != null && known.nanos + SECOND > bind.nanos()) {
      return known;
    }
    if (hurried || bind.place().netns().isPresent() || judged.size() >= MAX_REMEMBERED) {
      return new Judged(bind.nanos(), Verdict.UNKNOWN, List.of(), List.of(), Optional.empty());
    }
    Judged fresh = judgement(bind, inuse.ask(question(bind)));
    judged.put(bind.place(), fresh);
    return fresh;
  }

  private Question<PortTarget> question(RefusedBind bind) {
    Place place = bind.place();
    // Both families are asked where it wanted everything, as for a question by a user.
    Optional<IpAddress> address =
        place.address().isWildcardV6() ? Optional.empty() : Optional.of(place.address());
    PortTarget target = new PortTarget(place.protocol(), address, place.port());
    return new Question<>(target, inuse.newcomer(), true, Optional.empty(), false);
  }

  private Judged judgement(RefusedBind bind, Diagnosis diagnosis) {
    List<String> causes = new ArrayList<>();
    List<Integer> holders = new ArrayList<>();
    Optional<String> fix = Optional.empty();
    boolean blocked =
        diagnosis.verdict() == Verdict.BLOCKED
            || diagnosis.verdict() == Verdict.FREE_WITH_REUSEADDR;
    if (blocked) {
      for (Cause cause : diagnosis.causes()) {
        causes.add(cause.id());
        for (Holder holder : cause.holders()) {
          int number = processes.of(holder.identity().pid().number(), bind.nanos());
          if (!holders.contains(number)) {
            holders.add(number);
          }
        }
        for (Remedy remedy : diagnosis.remedies(cause)) {
          if (fix.isEmpty() && !remedy.command().isEmpty()) {
            fix = Optional.of(InuseLine.line(remedy.command()));
          }
        }
      }
    }
    return new Judged(bind.nanos(), diagnosis.verdict(), causes, holders, fix);
  }

  /** What the holder did, where it has gone before it could be diagnosed. */
  private static List<String> causes(RefusedBind bind) {
    if (bind.place().protocol() == Protocol.UDP) {
      return List.of("udp-socket");
    }
    return List.of(bind.listening() ? "listener" : "bound-not-listening");
  }
}
