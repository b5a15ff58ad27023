package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.render.Examples.diagnosed;
import static inuse.render.Examples.listening;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Effects;
import inuse.core.fix.Outcome;
import inuse.core.fix.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One result of each kind. */
final class FreedExamples {
  private FreedExamples() {}

  /** An act by others. */
  static Report.Action act(Remedy.Id remedy, Effects.Result result, String said) {
    return new Report.Action(
        remedy,
        Optional.empty(),
        new Untrusted(""),
        Optional.empty(),
        Optional.empty(),
        result,
        1,
        new Untrusted(said));
  }

  /** A signal to pid 812. */
  static Report.Action act(String name, int signal, Effects.Result result) {
    return new Report.Action(
        Remedy.Id.TERMINATE,
        Optional.of(new Pid(812)),
        new Untrusted(name),
        Optional.empty(),
        Optional.of(new Signal(signal)),
        result,
        12,
        new Untrusted(""));
  }

  /** Every act with every result. */
  static List<Report.Action> acts(String name) {
    List<Report.Action> acts = new ArrayList<>();
    for (Effects.Result result : Effects.Result.values()) {
      acts.add(act(name, 15, result));
      for (Remedy.Id remedy : Remedy.Id.values()) {
        acts.add(act(remedy, result, name));
      }
    }
    acts.add(act(name, 9, Effects.Result.EXITED));
    acts.add(act(name, 64, Effects.Result.EXITED));
    return acts;
  }

  static Freed freed(
      Optional<Outcome> outcome, AddressMonitor.Proof proof, List<Report.Action> acts) {
    return new Freed(
        listening(),
        Optional.empty(),
        outcome,
        acts,
        proof,
        rest(proof),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<Duration> rest(AddressMonitor.Proof proof) {
    return proof == AddressMonitor.Proof.REUSE
        ? Optional.of(Duration.ofMillis(42_100))
        : Optional.empty();
  }

  /** Every outcome with every proof, and hostile words wherever there can be any. */
  static List<Freed> everything() {
    List<Freed> all = new ArrayList<>();
    Phrase hostile = Phrase.of("says ").then(new Untrusted(Examples.HOSTILE));
    for (Outcome outcome : Outcome.values()) {
      for (AddressMonitor.Proof proof : AddressMonitor.Proof.values()) {
        all.add(
            new Freed(
                hostile(),
                Optional.of(hostile()),
                Optional.of(outcome),
                acts(Examples.HOSTILE),
                proof,
                rest(proof),
                Optional.of(hostile),
                Optional.of("sudo inuse free 8080")));
        all.add(freed(Optional.of(outcome), proof, List.of()));
      }
    }
    all.add(freed(Optional.empty(), AddressMonitor.Proof.NONE, acts("python3")));
    return all;
  }

  /** A listener with a hostile name. */
  static Diagnosis hostile() {
    return diagnosed(
        snapshot()
            .blocked()
            .sockets(listener())
            .holders(holder(812, Examples.HOSTILE).holds(3, 100)));
  }
}
