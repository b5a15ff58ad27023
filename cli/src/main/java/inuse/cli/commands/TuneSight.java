package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.core.SettingsSession;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SettingsSnapshot;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.TunePlan;
import inuse.render.Tuned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code inuse tune} shows of the settings and of its plans. */
final class TuneSight {
  private final SettingsSession settings;
  private final Arguments.Given given;
  private final TuneWords words;
  private final Optional<Namespace> place;

  /**
   * A view from inside the namespace.
   *
   * @param place the namespace that the user named; empty for the user's own
   */
  TuneSight(
      SettingsSession settings, Arguments.Given given, TuneWords words, Optional<Namespace> place) {
    this.settings = settings;
    this.given = given;
    this.words = words;
    this.place = place;
  }

  /** Each setting with advice. */
  Tuned judged() {
    SettingsSnapshot here = settings.look();
    return Tuned.shown(here, settings.advice(here).stream().map(this::reachable).toList());
  }

  /** The advice with a command that works from the user's namespace. */
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

  SettingsSession.Proposed plan() {
    return settings.plan(words.wishes(), words.role(), given.has(Option.PERSIST));
  }

  Tuned planned(SettingsSnapshot here, TunePlan.Changes changes) {
    List<Phrase> notes = new ArrayList<>();
    if (given.has(Option.PERSIST) || here.ofInit().is(true)) {
      notes.addAll(settings.laterFiles(changes));
    } else {
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
    }
    return Tuned.planned(
        here,
        changes.writes(),
        changes.file().map(TunePlan.FileChange::text),
        changes.warnings(),
        notes);
  }
}
