package inuse.core.tune;

import inuse.core.evidence.Reading;
import inuse.core.evidence.Phrase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries plans out, and takes them back. The order is the guarantee: record, then our file, then
 * the settings; and back: settings, our file, and the record last. Killed anywhere, {@link #undo}
 * finds what it needs; and where a step fails, what was done before it is taken back at once.
 *
 * <p>Whoever calls it holds the lock.
 */
public final class Tuner {
  private final Effects effects;
  private final String record;
  private final Optional<String> owner;

  /**
   * For one network namespace.
   *
   * @param record the path of its record
   * @param owner what tells it from a later one with its number; empty for the host's
   */
  public Tuner(Effects effects, String record, Optional<String> owner) {
    this.effects = effects;
    this.record = record;
    this.owner = owner;
  }

  /** Does it, or leaves everything as it was. */
  public Outcome apply(Plan.Changes plan) {
    Reading<Optional<String>> kept = effects.file(record);
    if (!(kept instanceof Reading.Known<Optional<String>>(Optional<String> text))) {
      return Outcome.of(Outcome.Result.NOT_DONE, "what is recorded cannot be read: " + record);
    }
    Optional<Ledger> known = text.flatMap(Ledger::parse);
    if (text.isPresent() && known.isEmpty()) {
      return Outcome.of(
          Outcome.Result.NOT_DONE,
          record + " is no record of ours; with it away nothing can be taken back");
    }
    Ledger ledger =
        known.map(one -> one.of(owner)).orElse(Ledger.of(owner, Optional.empty())).with(plan);
    Optional<Effects.Failure> failure = effects.replace(record, ledger.text());
    if (failure.isPresent()) {
      return failed(failure.get(), List.of());
    }
    List<Plan.Write> done = new ArrayList<>();
    failure =
        plan.file()
            .flatMap(file -> effects.replace(Conf.PATH, file.after()))
            .or(() -> written(plan.writes(), done))
            .or(() -> unlike(plan.writes()));
    if (failure.isEmpty()) {
      return new Outcome(Outcome.Result.DONE, plan.writes(), Optional.empty(), Optional.empty());
    }
    return failed(failure.get(), takenBack(plan, done, text));
  }

  private Optional<Effects.Failure> written(List<Plan.Write> writes, List<Plan.Write> done) {
    for (Plan.Write write : writes) {
      if (!write.isDone()) {
        Optional<Effects.Failure> failure = effects.write(write.setting(), write.after());
        if (failure.isPresent()) {
          return failure;
        }
        done.add(write);
      }
    }
    return Optional.empty();
  }

  /** What is not as it was written: the kernel may take a value, and keep another. */
  private Optional<Effects.Failure> unlike(List<Plan.Write> writes) {
    for (Plan.Write write : writes) {
      Optional<String> now =
          effects.read(write.setting()).toOptional().map(raw -> write.setting().canonical(raw));
      String wanted = write.setting().canonical(write.after());
      if (!now.equals(Optional.of(wanted))) {
        return Optional.of(
            new Effects.Failure(
                Effects.Kind.OTHER,
                write.setting().key()
                    + " reads back as '"
                    + now.orElse("nothing")
                    + "', not '"
                    + wanted
                    + "'"));
      }
    }
    return Optional.empty();
  }

  /** Failures of taking it back; then the record stays, for another try. */
  private List<Effects.Failure> takenBack(
      Plan.Changes plan, List<Plan.Write> done, Optional<String> formerRecord) {
    List<Effects.Failure> failures = new ArrayList<>();
    for (int i = done.size() - 1; i >= 0; i--) {
      effects.write(done.get(i).setting(), done.get(i).before()).ifPresent(failures::add);
    }
    plan.file()
        .ifPresent(file -> put(Conf.PATH, file.before(), file.after()).ifPresent(failures::add));
    if (failures.isEmpty()) {
      restored(record, formerRecord).ifPresent(failures::add);
    }
    return failures;
  }

  /** Restores our file, if it has become what it was to become. */
  private Optional<Effects.Failure> put(String path, Optional<String> before, String after) {
    boolean changed = effects.file(path).is(Optional.of(after));
    return changed && !before.equals(Optional.of(after))
        ? restored(path, before)
        : Optional.empty();
  }

  private Optional<Effects.Failure> restored(String path, Optional<String> text) {
    return text.isPresent() ? effects.replace(path, text.get()) : effects.remove(path);
  }

  private static Outcome failed(Effects.Failure first, List<Effects.Failure> later) {
    String end =
        later.isEmpty()
            ? "; nothing is changed"
            : "; and not all could be taken back ("
                + later.getFirst().what()
                + "): inuse tune --undo tries again";
    return new Outcome(
        later.isEmpty() ? result(first) : Outcome.Result.NOT_DONE,
        List.of(),
        Optional.of(Phrase.of(first.what() + end)),
        Optional.of(first));
  }

  private static Outcome.Result result(Effects.Failure failure) {
    return switch (failure.kind()) {
      case DENIED, READ_ONLY, FULL, MISSING -> Outcome.Result.DENIED;
      case BUSY, OTHER -> Outcome.Result.NOT_DONE;
    };
  }

  /** What {@link #undo} would do. */
  public sealed interface Undo {
    /** There is no record. */
    record Nothing(String why) implements Undo {}

    /** There is one that nobody can use. */
    record Broken(String why) implements Undo {}

    /**
     * This.
     *
     * @param writes what is not as it was
     * @param file our file, where something becomes of it: its text, or nothing where it goes
     * @param notes what else is to be said
     */
    record Steps(List<Plan.Write> writes, Optional<Plan.FileText> file, List<Phrase> notes)
        implements Undo {
      public Steps {
        writes = List.copyOf(writes);
        notes = List.copyOf(notes);
      }
    }
  }

  /** Looks what there is to take back. */
  public Undo recorded(Situation here) {
    if (!(effects.file(record) instanceof Reading.Known<Optional<String>>(Optional<String> text))) {
      return new Undo.Broken("what is recorded cannot be read: " + record);
    }
    if (text.isEmpty()) {
      return new Undo.Nothing("inuse tune has changed nothing here that is not taken back");
    }
    Optional<Ledger> parsed = Ledger.parse(text.get());
    if (parsed.isEmpty()) {
      return new Undo.Broken(record + " is no record of ours");
    }
    Ledger ledger = parsed.get().of(owner);
    if (ledger.before().isEmpty() && ledger.file().isEmpty()) {
      return new Undo.Nothing("what is recorded was of a namespace that is gone, and went with it");
    }
    List<Phrase> notes = new ArrayList<>();
    List<Plan.Write> writes = Planner.back(here, ledger.before());
    for (Plan.Write write : writes) {
      String now = write.setting().canonical(write.before());
      if (!now.equals(ledger.after().get(write.setting()))) {
        notes.add(
            Phrase.of(
                write.setting().key()
                    + " is not what inuse wrote: somebody has changed it since, and it becomes"
                    + " what it was before all that"));
      }
    }
    return new Undo.Steps(writes, ledger.file().flatMap(one -> file(one, ledger, notes)), notes);
  }

  private Optional<Plan.FileText> file(Ledger.Former former, Ledger ledger, List<Phrase> notes) {
    Optional<String> now = effects.file(Conf.PATH).toOptional().orElse(Optional.empty());
    if (now.equals(former.before())) {
      return Optional.empty();
    }
    if (now.isEmpty()) {
      notes.add(Phrase.of(Conf.PATH + " is gone, and stays so"));
      return Optional.empty();
    }
    if (former.ours().contains(now.get())) {
      return Optional.of(new Plan.FileText(former.before()));
    }
    notes.add(
        Phrase.of(
            Conf.PATH + " was edited since: only the lines that inuse wrote are taken out of it"));
    Map<Setting, String> written = new LinkedHashMap<>(ledger.after());
    return Optional.of(new Plan.FileText(Conf.without(now.get(), former.before(), written)));
  }

  /** Takes away what somebody who was killed had begun to write. */
  public void sweep() {
    effects.sweep(Conf.PATH);
    effects.sweep(record);
  }

  /** Makes everything as it was. */
  public Outcome undo(Undo.Steps steps) {
    List<Effects.Failure> failures = new ArrayList<>();
    List<Plan.Write> done = new ArrayList<>();
    for (Plan.Write write : steps.writes()) {
      Optional<Effects.Failure> failure = effects.write(write.setting(), write.after());
      failure.ifPresent(failures::add);
      if (failure.isEmpty()) {
        done.add(write);
      }
    }
    unlike(done).ifPresent(failures::add);
    sweep();
    steps.file().ifPresent(text -> restored(Conf.PATH, text.content()).ifPresent(failures::add));
    if (failures.isEmpty()) {
      effects.remove(record).ifPresent(failures::add);
    }
    if (failures.isEmpty()) {
      return new Outcome(Outcome.Result.UNDONE, steps.writes(), Optional.empty(), Optional.empty());
    }
    Effects.Failure first = failures.getFirst();
    return new Outcome(
        result(first),
        done,
        Optional.of(Phrase.of(first.what() + "; the record stays, so that it can be tried again")),
        Optional.of(first));
  }
}
