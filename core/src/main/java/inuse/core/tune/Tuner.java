package inuse.core.tune;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out plans, and undoes them. The order is the guarantee: first the record, then our file,
 * then the settings; for undo the settings, our file, and the record last. So {@link #undo} finds
 * what it needs after a kill at any point; and when a step fails, the steps before it are undone at
 * once.
 *
 * <p>The caller must hold the lock.
 */
public final class Tuner {
  private final TuneEffects effects;
  private final String record;
  private final Optional<String> owner;

  /**
   * A tuner of one network namespace.
   *
   * @param record the path of its record
   * @param owner identifies it among later ones with its inode; empty for the host's
   */
  public Tuner(TuneEffects effects, String record, Optional<String> owner) {
    this.effects = effects;
    this.record = record;
    this.owner = owner;
  }

  /** Carries out the plan, or leaves everything as it was. */
  public TuneOutcome apply(TunePlan.Changes plan) {
    Reading<Optional<String>> kept = effects.file(record);
    if (!(kept instanceof Reading.Known<Optional<String>>(Optional<String> text))) {
      return TuneOutcome.of(
          TuneOutcome.Result.NOT_DONE, "what is recorded cannot be read: " + record);
    }
    Optional<UndoRecord> known = text.flatMap(UndoRecord::parse);
    if (text.isPresent() && known.isEmpty()) {
      return TuneOutcome.of(
          TuneOutcome.Result.NOT_DONE,
          record + " is not one of our records; without it nothing can be put back");
    }
    UndoRecord undoRecord =
        known.map(one -> one.of(owner)).orElse(UndoRecord.of(owner, Optional.empty())).with(plan);
    Optional<TuneEffects.Failure> failure = effects.replace(record, undoRecord.text());
    if (failure.isPresent()) {
      return failed(failure.get(), List.of());
    }
    List<TunePlan.Write> done = new ArrayList<>();
    failure =
        plan.file()
            .flatMap(file -> effects.replace(SysctlFile.PATH, file.after()))
            .or(() -> written(plan.writes(), done))
            .or(() -> unlike(plan.writes()));
    if (failure.isEmpty()) {
      return new TuneOutcome(
          TuneOutcome.Result.DONE, plan.writes(), Optional.empty(), Optional.empty());
    }
    return failed(failure.get(), takenBack(plan, done, text));
  }

  private Optional<TuneEffects.Failure> written(
      List<TunePlan.Write> writes, List<TunePlan.Write> done) {
    for (TunePlan.Write write : writes) {
      if (!write.isDone()) {
        Optional<TuneEffects.Failure> failure = effects.write(write.setting(), write.after());
        if (failure.isPresent()) {
          return failure;
        }
        done.add(write);
      }
    }
    return Optional.empty();
  }

  /** A value that differs from what was written: the kernel may accept a value and keep another. */
  private Optional<TuneEffects.Failure> unlike(List<TunePlan.Write> writes) {
    for (TunePlan.Write write : writes) {
      Optional<String> now =
          effects.read(write.setting()).toOptional().map(raw -> write.setting().canonical(raw));
      String wanted = write.setting().canonical(write.after());
      if (!now.equals(Optional.of(wanted))) {
        return Optional.of(
            new TuneEffects.Failure(
                TuneEffects.Kind.OTHER,
                Phrase.of(
                    write.setting().key()
                        + " reads back as '"
                        + now.orElse("nothing")
                        + "', not '"
                        + wanted
                        + "'")));
      }
    }
    return Optional.empty();
  }

  /** Undoes a failed change; on failures, which it returns, the record stays for another try. */
  private List<TuneEffects.Failure> takenBack(
      TunePlan.Changes plan, List<TunePlan.Write> done, Optional<String> formerRecord) {
    List<TuneEffects.Failure> failures = new ArrayList<>();
    for (int i = done.size() - 1; i >= 0; i--) {
      effects.write(done.get(i).setting(), done.get(i).before()).ifPresent(failures::add);
    }
    plan.file()
        .ifPresent(
            file -> put(SysctlFile.PATH, file.before(), file.after()).ifPresent(failures::add));
    if (failures.isEmpty()) {
      restored(record, formerRecord).ifPresent(failures::add);
    }
    return failures;
  }

  /** Restores our file, if it has the planned content. */
  private Optional<TuneEffects.Failure> put(String path, Optional<String> before, String after) {
    boolean changed = effects.file(path).is(Optional.of(after));
    return changed && !before.equals(Optional.of(after))
        ? restored(path, before)
        : Optional.empty();
  }

  private Optional<TuneEffects.Failure> restored(String path, Optional<String> text) {
    return text.isPresent() ? effects.replace(path, text.get()) : effects.remove(path);
  }

  private static TuneOutcome failed(TuneEffects.Failure first, List<TuneEffects.Failure> later) {
    Phrase end =
        later.isEmpty()
            ? Phrase.of("; nothing is changed")
            : Phrase.of("; and not all could be taken back (")
                .then(later.getFirst().what())
                .then("): ")
                .then(InuseCommand.of(InuseCommand.Verb.TUNE).with(InuseCommand.Choice.UNDO))
                .then(" tries again");
    return new TuneOutcome(
        later.isEmpty() ? result(first) : TuneOutcome.Result.NOT_DONE,
        List.of(),
        Optional.of(first.what().then(end)),
        Optional.of(first));
  }

  private static TuneOutcome.Result result(TuneEffects.Failure failure) {
    return switch (failure.kind()) {
      case DENIED, READ_ONLY, FULL, MISSING -> TuneOutcome.Result.DENIED;
      case BUSY, OTHER -> TuneOutcome.Result.NOT_DONE;
    };
  }

  /** What {@link #undo} would do. */
  public sealed interface Undo {
    /** There is no record. */
    record Nothing(Phrase why) implements Undo {}

    /** There is one that cannot be used. */
    record Broken(Phrase why) implements Undo {}

    /**
     * This.
     *
     * @param writes settings that differ from their former values
     * @param file the change of our file, if any: its new text, or empty where it is removed
     * @param notes further remarks
     */
    record Steps(List<TunePlan.Write> writes, Optional<TunePlan.FileText> file, List<Phrase> notes)
        implements Undo {
      public Steps {
        writes = List.copyOf(writes);
        notes = List.copyOf(notes);
      }
    }
  }

  /** Reads the record and plans the undo. */
  public Undo recorded(SettingsSnapshot here) {
    if (!(effects.file(record) instanceof Reading.Known<Optional<String>>(Optional<String> text))) {
      return new Undo.Broken(Phrase.of("what is recorded cannot be read: " + record));
    }
    if (text.isEmpty()) {
      return new Undo.Nothing(
          Phrase.of(InuseCommand.of(InuseCommand.Verb.TUNE))
              .then(" has changed nothing here that is not taken back"));
    }
    Optional<UndoRecord> parsed = UndoRecord.parse(text.get());
    if (parsed.isEmpty()) {
      return new Undo.Broken(Phrase.of(record + " is not one of our records"));
    }
    UndoRecord undoRecord = parsed.get().of(owner);
    if (undoRecord.before().isEmpty() && undoRecord.file().isEmpty()) {
      return new Undo.Nothing(
          Phrase.of("what is recorded was of a namespace that is gone, and went with it"));
    }
    List<Phrase> notes = new ArrayList<>();
    List<TunePlan.Write> writes = TunePlanner.back(here, undoRecord.before());
    for (TunePlan.Write write : writes) {
      String now = write.setting().canonical(write.before());
      if (!now.equals(undoRecord.after().get(write.setting()))) {
        notes.add(
            Phrase.of(
                write.setting().key()
                    + " was changed since inuse wrote it: it becomes"
                    + " what it was before"));
      }
    }
    return new Undo.Steps(
        writes, undoRecord.file().flatMap(one -> file(one, undoRecord, notes)), notes);
  }

  private Optional<TunePlan.FileText> file(
      UndoRecord.Former former, UndoRecord undoRecord, List<Phrase> notes) {
    Optional<String> now = effects.file(SysctlFile.PATH).toOptional().orElse(Optional.empty());
    if (now.equals(former.before())) {
      return Optional.empty();
    }
    if (now.isEmpty()) {
      notes.add(Phrase.of(SysctlFile.PATH + " is gone, and stays so"));
      return Optional.empty();
    }
    if (former.ours().contains(now.get())) {
      return Optional.of(new TunePlan.FileText(former.before()));
    }
    notes.add(
        Phrase.of(
            SysctlFile.PATH
                + " was edited since: only the lines that inuse wrote are taken out of it"));
    Map<Setting, String> written = new LinkedHashMap<>(undoRecord.after());
    return Optional.of(
        new TunePlan.FileText(SysctlFile.without(now.get(), former.before(), written)));
  }

  /** Removes the temporary files of a killed run. */
  public void sweep() {
    effects.sweep(SysctlFile.PATH);
    effects.sweep(record);
  }

  /** Restores everything as it was. */
  public TuneOutcome undo(Undo.Steps steps) {
    List<TuneEffects.Failure> failures = new ArrayList<>();
    List<TunePlan.Write> done = new ArrayList<>();
    for (TunePlan.Write write : steps.writes()) {
      Optional<TuneEffects.Failure> failure = effects.write(write.setting(), write.after());
      failure.ifPresent(failures::add);
      if (failure.isEmpty()) {
        done.add(write);
      }
    }
    unlike(done).ifPresent(failures::add);
    sweep();
    steps
        .file()
        .ifPresent(text -> restored(SysctlFile.PATH, text.content()).ifPresent(failures::add));
    if (failures.isEmpty()) {
      effects.remove(record).ifPresent(failures::add);
    }
    if (failures.isEmpty()) {
      return new TuneOutcome(
          TuneOutcome.Result.UNDONE, steps.writes(), Optional.empty(), Optional.empty());
    }
    TuneEffects.Failure first = failures.getFirst();
    return new TuneOutcome(
        result(first),
        done,
        Optional.of(first.what().then("; the record stays, so that it can be tried again")),
        Optional.of(first));
  }
}
