package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.core.ask.PortUseSearch;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.io.Visit;
import inuse.core.tune.LaterFiles;
import inuse.core.tune.RequestedChange;
import inuse.core.tune.Setting;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SettingAdvisor;
import inuse.core.tune.SettingsSnapshot;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.SystemTuneEffects;
import inuse.core.tune.TunePlan;
import inuse.core.tune.TunePlanner;
import inuse.core.tune.ValueFormat;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.render.Tuned;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What {@code inuse tune} sees where it is, and what it would do there. */
final class TuneSight {
  private final Session session;
  private final Arguments.Given given;
  private final TuneWords words;
  private final SystemTuneEffects effects;
  private final Visit visit;
  private final Optional<Namespace> place;

  /**
   * A look from inside.
   *
   * @param place where the user asked to be; nothing for where he is
   */
  TuneSight(
      Session session,
      Arguments.Given given,
      TuneWords words,
      SystemTuneEffects effects,
      Visit visit,
      Optional<Namespace> place) {
    this.session = session;
    this.given = given;
    this.words = words;
    this.effects = effects;
    this.visit = visit;
    this.place = place;
  }

  /** Each setting, judged. */
  Tuned judged() {
    SettingsSnapshot here = look();
    return Tuned.shown(here, SettingAdvisor.of(here).stream().map(this::reachable).toList());
  }

  /** The line that changes it, from where the user is. */
  private SettingAdvice reachable(SettingAdvice one) {
    Optional<Namespace> there = place.filter(namespace -> !namespace.own());
    if (there.isEmpty() || one.command().isEmpty()) {
      return one;
    }
    return new SettingAdvice(
        one.setting(),
        one.value(),
        one.status(),
        one.because(),
        one.command().map(command -> command.in(there.get().path())));
  }

  SettingsSnapshot look() {
    Map<Setting, Reading<String>> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, effects.read(setting));
    }
    var range =
        values
            .getOrDefault(Setting.IP_LOCAL_PORT_RANGE, Reading.unknown(Reading.Why.NOT_ASKED))
            .toOptional()
            .flatMap(ValueFormat::range);
    return new SettingsSnapshot(
        values,
        new PortUseSearch(session.calls(), session.proc()).look(range),
        visit.namespace(),
        visit.isOfInit());
  }

  /** What is planned, and in what situation. */
  record Thought(SettingsSnapshot here, TunePlan plan) {}

  Thought think() {
    SettingsSnapshot here = look();
    List<RequestedChange> wishes = new ArrayList<>(words.wishes());
    words.role().ifPresent(role -> wishes.addAll(role.wishes(here)));
    Optional<TunePlan.FileText> file =
        persists(here)
            ? Optional.of(
                new TunePlan.FileText(
                    effects.file(SysctlFile.PATH).toOptional().orElse(Optional.empty())))
            : Optional.empty();
    String nothing = words.role().map(role -> role.nothing()).orElse("");
    return new Thought(here, TunePlanner.plan(here, wishes, file, nothing));
  }

  private boolean persists(SettingsSnapshot here) {
    return given.has(Option.PERSIST) || here.ofInit().is(true);
  }

  Tuned planned(SettingsSnapshot here, TunePlan.Changes changes) {
    List<Phrase> notes = new ArrayList<>();
    if (!persists(here)) {
      notes.add(
          Phrase.of(
                  "run time only: "
                      + (here.ofInit() instanceof Reading.Unknown<Boolean>(Reading.Why why)
                          ? "whether this is the host's network namespace is not known"
                              + " (/proc/1/ns/net: "
                              + why.word()
                              + ")"
                          : "this is not the host's network namespace")
                      + ", so /etc is left alone; ")
              .then(InuseCommand.Choice.PERSIST)
              .then(" writes " + SysctlFile.PATH + " too"));
    } else {
      TreeSet<Setting> settings = new TreeSet<>();
      changes.writes().forEach(one -> settings.add(one.setting()));
      notes.addAll(LaterFiles.of(settings, later(session.proc()), effects));
    }
    return Tuned.planned(
        here,
        changes.writes(),
        changes.file().map(TunePlan.FileChange::text),
        changes.warnings(),
        notes);
  }

  /** The files that are read after ours. */
  private static List<String> later(Proc proc) {
    List<String> files = new ArrayList<>(List.of(LaterFiles.LAST));
    for (String directory : LaterFiles.DIRECTORIES) {
      if (proc.directory(directory) instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
        entries.stream()
            .map(Proc.Entry::name)
            .filter(LaterFiles::isLater)
            .sorted()
            .forEach(name -> files.add(directory + "/" + name));
      }
    }
    return files;
  }
}
