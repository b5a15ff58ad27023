package inuse.cli.commands;

import inuse.render.Tuned;
import inuse.core.ask.PortUses;
import inuse.core.io.Visit;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Phrase;
import inuse.core.tune.Conf;
import inuse.core.tune.Form;
import inuse.core.tune.Judge;
import inuse.core.tune.Judgement;
import inuse.core.tune.MachineEffects;
import inuse.core.tune.Overriders;
import inuse.core.tune.Plan;
import inuse.core.tune.Planner;
import inuse.core.tune.Setting;
import inuse.core.tune.Situation;
import inuse.core.tune.Wish;
import inuse.kernel.Answer;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import inuse.cli.line.Arguments;
import inuse.cli.line.Option;

/** What {@code inuse tune} sees where it is, and what it would do there. */
final class TuneSight {
  private final Session session;
  private final Arguments.Given given;
  private final TuneWords words;
  private final MachineEffects effects;
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
      MachineEffects effects,
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
    Situation here = look();
    return Tuned.shown(here, Judge.of(here).stream().map(this::reachable).toList());
  }

  /** The line that changes it, from where the user is. */
  private Judgement reachable(Judgement one) {
    Optional<Namespace> there = place.filter(namespace -> !namespace.own());
    if (there.isEmpty() || one.command().isEmpty()) {
      return one;
    }
    List<String> command = new ArrayList<>(one.command());
    command.addAll(2, List.of("--netns", there.get().path()));
    return new Judgement(one.setting(), one.value(), one.verdict(), one.because(), command);
  }

  Situation look() {
    Map<Setting, Reading<String>> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, effects.read(setting));
    }
    var range =
        values
            .getOrDefault(Setting.IP_LOCAL_PORT_RANGE, Reading.unknown(Reading.Why.NOT_ASKED))
            .toOptional()
            .flatMap(Form::range);
    return new Situation(
        values,
        new PortUses(session.calls(), session.proc()).look(range),
        visit.namespace(),
        visit.isOfInit());
  }

  /** What is planned, and in what situation. */
  record Thought(Situation here, Plan plan) {}

  Thought think() {
    Situation here = look();
    List<Wish> wishes = new ArrayList<>(words.wishes());
    words.role().ifPresent(role -> wishes.addAll(role.wishes(here)));
    Optional<Plan.FileText> file =
        persists(here)
            ? Optional.of(
                new Plan.FileText(effects.file(Conf.PATH).toOptional().orElse(Optional.empty())))
            : Optional.empty();
    String nothing = words.role().map(role -> role.nothing()).orElse("");
    return new Thought(here, Planner.plan(here, wishes, file, nothing));
  }

  private boolean persists(Situation here) {
    return given.has(Option.PERSIST) || here.ofInit().is(true);
  }

  Tuned planned(Situation here, Plan.Changes changes) {
    List<Phrase> notes = new ArrayList<>();
    if (!persists(here)) {
      notes.add(
          Phrase.of(
              "run time only: "
                  + (here.ofInit() instanceof Reading.Unknown<Boolean>(Reading.Why why)
                      ? "whether this is the host's network namespace is not known (/proc/1/ns/net:"
                          + " "
                          + why.word()
                          + ")"
                      : "this is not the host's network namespace")
                  + ", so /etc is left alone; --persist writes "
                  + Conf.PATH
                  + " too"));
    } else {
      TreeSet<Setting> settings = new TreeSet<>();
      changes.writes().forEach(one -> settings.add(one.setting()));
      notes.addAll(Overriders.of(settings, later(session.proc()), effects));
    }
    return Tuned.planned(
        here,
        changes.writes(),
        changes.file().map(Plan.FileChange::text),
        changes.warnings(),
        notes);
  }

  /** The files that are read after ours. */
  private static List<String> later(Proc proc) {
    List<String> files = new ArrayList<>(List.of(Overriders.LAST));
    for (String directory : Overriders.DIRECTORIES) {
      if (proc.directory(directory) instanceof Answer.Got<List<Proc.Entry>>(var entries)) {
        entries.stream()
            .map(Proc.Entry::name)
            .filter(Overriders::isLater)
            .sorted()
            .forEach(name -> files.add(directory + "/" + name));
      }
    }
    return files;
  }
}
