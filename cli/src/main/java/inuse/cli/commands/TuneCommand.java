package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.NamespaceOptions;
import inuse.cli.line.Option;
import inuse.core.SettingsSession;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Uid;
import inuse.core.tune.SettingsSnapshot;
import inuse.core.tune.TuneEffects;
import inuse.core.tune.TuneOutcome;
import inuse.core.tune.TunePlan;
import inuse.core.tune.Tuner;
import inuse.render.Escape;
import inuse.render.TuneJson;
import inuse.render.TuneText;
import inuse.render.Tuned;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code inuse tune}: shows the kernel's settings, changes them, and undoes changes. */
public final class TuneCommand {
  private static final String HELP = "try: inuse tune --help";

  private final Session session;
  private final Arguments.Given given;
  private final TuneText text;
  private final TuneWords words;

  public TuneCommand(Session session, Arguments.Given given) {
    this.session = session;
    this.given = given;
    words = TuneWords.of(given);
    text = new TuneText(session.terminal().columns(), session.terminal().isColourful());
  }

  public ExitCode run() {
    if (words.problem().isPresent()) {
      return session.errors().usage(words.problem().get(), HELP);
    }
    return switch (NamespaceOptions.of(given, session.inuse()::namespaces)) {
      case NamespaceOptions.Wrong(String problem, String instead) ->
          session.errors().usage(problem, instead);
      case NamespaceOptions.Here here -> run(Optional.empty());
      case NamespaceOptions.There(List<Namespace> there) -> run(Optional.of(there.getFirst()));
    };
  }

  private ExitCode run(Optional<Namespace> place) {
    SettingsSession settings = session.inuse().settings(place);
    return settings.inside(
        () -> new Inside(settings, place).run(),
        why ->
            session
                .errors()
                .failed(
                    ExitCode.NOT_PERMITTED,
                    "that network namespace cannot be entered: " + why,
                    "run: " + session.errors().withSudo()));
  }

  /** The command inside the network namespace that it is about. */
  private final class Inside {
    private final SettingsSession settings;
    private final Optional<Namespace> place;
    private final TuneSight sight;

    Inside(SettingsSession settings, Optional<Namespace> place) {
      this.settings = settings;
      this.place = place;
      sight = new TuneSight(settings, given, words, place);
    }

    ExitCode run() {
      if (given.has(Option.UNDO)) {
        return undo();
      }
      if (words.isChange()) {
        return change();
      }
      return print(sight.judged(), ExitCode.DONE, true);
    }

    private ExitCode change() {
      SettingsSession.Proposed thought = sight.plan();
      if (!(thought.plan() instanceof TunePlan.Changes changes)) {
        return unchanged(thought);
      }
      Tuned planned = sight.planned(thought.here(), changes);
      return allowed(
          planned,
          () -> {
            SettingsSession.Proposed again = sight.plan();
            if (!(again.plan() instanceof TunePlan.Changes now)) {
              return unchanged(again);
            }
            if (!given.has(Option.YES)
                && !(now.writes().equals(changes.writes()) && now.file().equals(changes.file()))) {
              return end(
                  planned.ended(
                      TuneOutcome.Result.NOT_DONE,
                      Optional.of(
                          Phrase.of(
                              "something has changed since you were asked: nothing was done")),
                      Optional.empty()));
            }
            Tuned current = sight.planned(again.here(), now);
            return end(finished(current, settings.apply(again.here(), now)));
          });
    }

    /** Runs the deed if it is permitted and confirmed. */
    private ExitCode allowed(Tuned planned, Supplier<ExitCode> deed) {
      if (given.has(Option.DRY_RUN)) {
        return print(planned, ExitCode.DONE, true);
      }
      Optional<TuneEffects.Failure> denied = settings.mayWrite(planned.writes());
      if (denied.isPresent()) {
        return denied(planned, denied.get());
      }
      Optional<ExitCode> refusal = asked(planned);
      return refusal.isPresent() ? refusal.get() : locked(planned, deed);
    }

    private ExitCode unchanged(SettingsSession.Proposed thought) {
      return switch (thought.plan()) {
        case TunePlan.Wrong(String problem, Phrase instead) ->
            session.errors().usage(problem, Escape.text(instead));
        case TunePlan.Nothing(Phrase why) ->
            end(
                Tuned.planned(thought.here(), List.of(), Optional.empty(), List.of(), List.of())
                    .ended(TuneOutcome.Result.NOTHING, Optional.of(why), Optional.empty()));
        case TunePlan.Changes changes -> throw new IllegalStateException("a change is no refusal");
      };
    }

    private ExitCode undo() {
      SettingsSnapshot here = settings.look();
      Tuner.Undo recorded = settings.recorded(here);
      if (!(recorded instanceof Tuner.Undo.Steps steps)) {
        if (!given.has(Option.DRY_RUN)) {
          settings.sweep(here);
        }
        return nothingToUndo(here, recorded);
      }
      Tuned planned = planned(here, steps);
      return allowed(
          planned,
          () -> {
            SettingsSnapshot now = settings.look();
            Tuner.Undo again = settings.recorded(now);
            return again instanceof Tuner.Undo.Steps real
                ? end(finished(planned(now, real), settings.undo(now, real)))
                : nothingToUndo(now, again);
          });
    }

    private static Tuned planned(SettingsSnapshot here, Tuner.Undo.Steps steps) {
      return Tuned.planned(here, steps.writes(), steps.file(), List.of(), steps.notes());
    }

    private ExitCode nothingToUndo(SettingsSnapshot here, Tuner.Undo undo) {
      Tuned none = Tuned.planned(here, List.of(), Optional.empty(), List.of(), List.of());
      return switch (undo) {
        case Tuner.Undo.Nothing(Phrase why) ->
            end(none.ended(TuneOutcome.Result.NOTHING, Optional.of(why), Optional.empty()));
        case Tuner.Undo.Broken(Phrase why) ->
            end(none.ended(TuneOutcome.Result.NOT_DONE, Optional.of(why), Optional.empty()));
        case Tuner.Undo.Steps steps -> throw new IllegalStateException("there is something");
      };
    }

    /** Asks the user; the exit code where the answer is no, else empty. */
    private Optional<ExitCode> asked(Tuned planned) {
      say(text.plan(planned));
      if (given.has(Option.YES)) {
        return Optional.empty();
      }
      if (!session.terminal().isInteractive() || given.has(Option.JSON)) {
        return Optional.of(
            end(
                planned.ended(
                    TuneOutcome.Result.REFUSED,
                    Optional.of(
                        Phrase.of(
                            "not confirmed: there is no terminal to ask on, and --yes was not"
                                + " given")),
                    Optional.of(session.errors().with(Option.YES)))));
      }
      return session.terminal().confirms("go on?")
          ? Optional.empty()
          : Optional.of(
              end(
                  planned.ended(
                      TuneOutcome.Result.NOT_DONE,
                      Optional.of(Phrase.of("you said no")),
                      Optional.empty())));
    }

    private ExitCode locked(Tuned planned, Supplier<ExitCode> deed) {
      return settings.locked(
          failure ->
              failure.kind() == TuneEffects.Kind.BUSY
                  ? end(
                      planned.ended(
                          TuneOutcome.Result.NOT_DONE,
                          Optional.of(failure.what()),
                          Optional.empty()))
                  : denied(planned, failure),
          deed);
    }

    private ExitCode denied(Tuned planned, TuneEffects.Failure failure) {
      return end(
          planned.ended(
              TuneOutcome.Result.DENIED,
              Optional.of(failure.what().then("; nothing is changed")),
              Optional.of(instead(planned, failure))));
    }

    private Tuned finished(Tuned planned, TuneOutcome outcome) {
      return planned.ended(
          outcome.result(),
          outcome.message(),
          outcome.result() == TuneOutcome.Result.DENIED
              ? outcome.failure().map(failure -> instead(planned, failure))
              : Optional.empty());
    }

    /**
     * The command to run instead: the same under sudo, or a sysctl(8) line, which changes only the
     * running kernel and needs no disk.
     */
    private String instead(Tuned planned, TuneEffects.Failure failure) {
      boolean mayAsRoot =
          failure.kind() == TuneEffects.Kind.DENIED
              && !session.inuse().newcomer().uid().equals(Uid.ROOT);
      if (mayAsRoot || given.has(Option.UNDO)) {
        return session.errors().withSudo();
      }
      String door =
          place
              .filter(one -> !one.own())
              .map(one -> "nsenter --net=" + one.path() + " ")
              .orElse("");
      return door
          + "sysctl -w "
          + planned.writes().stream()
              .map(one -> one.setting().key() + "=" + one.after().trim())
              .map(Escape::shell)
              .collect(Collectors.joining(" "));
    }

    private ExitCode end(Tuned tuned) {
      ExitCode code =
          switch (tuned.outcome().orElse(TuneOutcome.Result.NOTHING)) {
            case NOTHING, PLANNED, DONE, UNDONE -> ExitCode.DONE;
            case NOT_DONE -> ExitCode.NOT_DONE;
            case DENIED -> ExitCode.NOT_PERMITTED;
            case REFUSED -> ExitCode.REFUSED;
          };
      return print(tuned, code, false);
    }

    private ExitCode print(Tuned tuned, ExitCode code, boolean whole) {
      if (given.has(Option.JSON)) {
        session.terminal().printData(TuneJson.of(Version.TEXT, tuned));
      } else if (!whole) {
        session.terminal().print(text.end(tuned));
      } else {
        session.terminal().print(tuned.outcome().isEmpty() ? text.shown(tuned) : text.plan(tuned));
      }
      return code;
    }

    private void say(String plan) {
      if (!given.has(Option.JSON)) {
        session.terminal().print(plan);
      }
    }
  }
}
