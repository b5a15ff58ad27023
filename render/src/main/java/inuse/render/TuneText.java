package inuse.render;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.text.Phrases;
import inuse.core.tune.Setting;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.TuneOutcome;
import inuse.core.tune.TunePlan;
import java.util.List;
import java.util.Optional;

/** The settings, and what was done to them, as text for people. */
public final class TuneText {
  private static final int DEFAULT_COLUMNS = 80;

  private final int columns;
  private final boolean colour;

  /**
   * A writer for one terminal.
   *
   * @param columns its width; eighty where it is not a terminal
   */
  public TuneText(Optional<Integer> columns, boolean colour) {
    this.columns = columns.orElse(DEFAULT_COLUMNS);
    this.colour = colour;
  }

  /** Every setting with its advice; recommended changes first. */
  public String shown(Tuned tuned) {
    LabelledText page = page();
    List<SettingAdvice> changes =
        tuned.judgements().stream()
            .filter(one -> one.status() == SettingAdvice.Status.CHANGE)
            .toList();
    page.headline(
        changes.isEmpty()
            ? "no setting here is worth a change"
            : changes.size() == 1
                ? "a setting here is worth a change"
                : changes.size() + " settings here are worth a change",
        changes.isEmpty());
    page.row("where", place(tuned));
    for (Gap gap : tuned.here().use().gaps()) {
      page.row("unseen", Escape.text(new Untrusted(gap.what() + ": " + gap.why().word())));
    }
    changes.forEach(one -> judgement(page, one));
    tuned.judgements().stream()
        .filter(one -> one.status() != SettingAdvice.Status.CHANGE)
        .forEach(one -> judgement(page, one));
    return page.toString();
  }

  private static String place(Tuned tuned) {
    String inode = tuned.here().namespace().toOptional().map(Object::toString).orElse("unknown");
    return "network namespace "
        + inode
        + switch (tuned.here().ofInit()) {
          case Reading.Known<Boolean>(Boolean same) ->
              same ? ", that of PID 1" : ", not that of PID 1";
          case Reading.Unknown<Boolean>(Reading.Why why) ->
              "; whether it is that of PID 1 is not known (/proc/1/ns/net: " + why.word() + ")";
        };
  }

  private static void judgement(LabelledText page, SettingAdvice one) {
    Setting setting = one.setting();
    page.headline(
        setting.key() + ": " + one.status().words(), one.status() != SettingAdvice.Status.CHANGE);
    page.row("value", value(one));
    page.row("does", setting.does());
    page.row("here", Escape.text(one.because()));
    if (one.command().isPresent()) {
      page.shell("run", InuseLine.shell(InuseLine.words(one.command().get())));
    }
  }

  private static String value(SettingAdvice one) {
    String value =
        switch (one.value()) {
          case Reading.Known<String>(String known) -> shown(known);
          case Reading.Unknown<String>(Reading.Why why) -> why.word();
        };
    String usual =
        one.setting().defaultValue().map(TuneText::shown).orElse("depends on the memory");
    return value.equals(usual) ? value + " (the default)" : value + " (default: " + usual + ")";
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : Escape.text(new Untrusted(value)).replace(",", ", ");
  }

  /** What would be done. */
  public String plan(Tuned tuned) {
    LabelledText page = page();
    page.headline(count(tuned.writes().size()), true);
    for (TunePlan.Write write : tuned.writes()) {
      page.row(
          "plan",
          write.setting().key()
              + ": "
              + value(write.setting(), write.before())
              + " becomes "
              + value(write.setting(), write.after()));
    }
    tuned
        .file()
        .ifPresent(text ->
            page.row(
                "plan",
                text.content().isPresent()
                    ? "write " + SysctlFile.PATH
                    : "remove " + SysctlFile.PATH));
    tuned.warnings().forEach(one -> page.row("but", Escape.text(one)));
    tuned.notes().forEach(one -> page.row("note", Escape.text(one)));
    return page.toString();
  }

  private static String count(int settings) {
    return settings == 0
        ? "our file alone is to change"
        : Phrases.count(settings, "setting", "settings") + " to change";
  }

  private static String value(Setting setting, String raw) {
    return shown(setting.canonical(raw));
  }

  /** How it ended. */
  public String end(Tuned tuned) {
    LabelledText page = page();
    TuneOutcome.Result result = tuned.outcome().orElse(TuneOutcome.Result.NOTHING);
    page.headline(
        switch (result) {
          case NOTHING -> "nothing to do";
          case PLANNED -> "nothing was done (--dry-run)";
          case DONE -> "done, and read back";
          case UNDONE -> "everything is as it was before";
          case NOT_DONE -> "not done";
          case DENIED -> "not done: permission denied, or not writable";
          case REFUSED -> "not done: refused";
        },
        switch (result) {
          case NOTHING, PLANNED, DONE, UNDONE -> true;
          case NOT_DONE, DENIED, REFUSED -> false;
        });
    for (Phrase one : tuned.message().stream().toList()) {
      page.row("why", Escape.text(one));
    }
    tuned.instead().ifPresent(line -> page.shell("run", line));
    return page.toString();
  }

  private LabelledText page() {
    return new LabelledText(Optional.of(columns), colour);
  }
}
