package inuse.render;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Signal;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Phrases;
import inuse.core.fix.Effects;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plans and results of {@code inuse free} as text for people. */
public final class FreedText {

  private final Optional<Integer> columns;
  private final boolean colour;

  /**
   * A writer for one terminal.
   *
   * @param columns its width, none to leave lines whole
   */
  public FreedText(Optional<Integer> columns, boolean colour) {
    this.columns = columns;
    this.colour = colour;
  }

  /** What is in the way, and what would be done about it. */
  public String plan(Diagnosis diagnosis, Plan.Steps plan, FreeOptions options) {
    LabelledText page = page();
    page.headline(Headline.of(diagnosis), false);
    plan.steps().forEach(step -> step(page, step, options));
    return page.toString();
  }

  private static void step(LabelledText page, Step step, FreeOptions options) {
    switch (step) {
      case Step.Command(Remedy remedy) -> command(page, "plan", remedy);
      case Step.StopContainer(var container, Remedy remedy) -> command(page, "plan", remedy);
      case Step.EndProcesses(List<Victim> victims, List<Victim> workers) ->
          page.row("plan", Escape.text(end(victims, workers.size(), options)));
      case Step.DestroySockets(List<BoundSocket> sockets) ->
          page.row(
              "plan",
              "let the kernel drop "
                  + Phrases.count(sockets.size(), "socket", "sockets")
                  + ": "
                  + Escape.text(Phrases.places(sockets))
                  + " ("
                  + Escape.text(Phrases.states(sockets))
                  + ")");
      case Step.Wait(Optional<Duration> atMost, int connections) ->
          page.row("plan", wait(atMost, connections));
      case Step.RemoveFile(var file) ->
          page.row("plan", "remove " + Escape.text(file.path()) + ", unless something serves it");
    }
  }

  private static String wait(Optional<Duration> atMost, int connections) {
    if (connections > 0) {
      return "wait, "
          + atMost.map(most -> "up to " + seconds(most) + " s, ").orElse("")
          + "for what the kernel keeps of "
          + Phrases.count(connections, "connection", "connections");
    }
    return atMost
        .map(most -> "wait, about " + seconds(most) + " s, until the kernel forgets it")
        .orElse("wait until the kernel forgets it, two minutes at most");
  }

  private static Phrase end(List<Victim> victims, int workers, FreeOptions options) {
    Phrase phrase = Phrase.of(options.signal().name() + " to ");
    boolean first = true;
    for (Victim victim : victims) {
      phrase =
          phrase
              .then(first ? "" : ", ")
              .then(victim.command())
              .then(" (pid " + victim.pid())
              .then(
                  victim
                      .socketOf()
                      .map(maker -> Phrase.of(", with a socket of ").then(Phrases.account(maker)))
                      .orElse(Phrase.of("")))
              .then(victim.stopped() ? ", stopped: and wake it)" : ")");
      first = false;
    }
    if (workers > 0) {
      phrase =
          phrase.then(
              ", with which "
                  + (workers == 1 ? "its worker ends" : "the " + workers + " workers end"));
    }
    boolean kills = options.kill() && !options.signal().equals(Signal.KILL);
    return kills
        ? phrase.then(", and SIGKILL to what is left after " + seconds(options.grace()) + " s")
        : phrase;
  }

  /** One act, after its end. */
  public String act(Report.Action act) {
    LabelledText page = page();
    String how =
        switch (act.result()) {
          case PLANNED -> "planned";
          case DONE -> "done";
          case EXITED -> "has ended";
          case RELEASED -> act.pid().isPresent() ? "does not hold it any more" : "it is gone";
          case SURVIVED -> act.pid().isPresent() ? "has not ended" : "not over yet";
          case DENIED -> "not permitted";
          case UNAVAILABLE -> "nobody here could do it";
          case FAILED -> "failed";
        };
    Phrase who =
        act.pid().isPresent()
            ? Phrase.of(act.command()).then(" (pid " + act.pid().get() + ") ")
            : Phrase.of(act.remedy().word() + ": ");
    Phrase line = who.then(how).then(", " + act.afterMillis() + " ms");
    Phrase after =
        act.signal().isPresent() && act.result() != Effects.Result.DENIED
            ? line.then(" after " + act.signal().get().name())
            : line;
    page.row(
        "did",
        Escape.text(act.said().bytes().isEmpty() ? after : after.then(": ").then(act.said())));
    return page.toString();
  }

  /** How it ended. */
  public String end(Freed freed) {
    LabelledText page = page();
    String target = Headline.target(freed.before());
    Outcome outcome = freed.outcome().orElse(Outcome.ALREADY_FREE);
    boolean good = freed.proof().isFree();
    page.headline(
        switch (outcome) {
          case ALREADY_FREE -> target + " is free already" + proof(freed);
          case FREED -> target + " is free again" + proof(freed);
          case FORCED -> target + " is free again, by force" + proof(freed);
          case RESPAWNED -> target + " was free, and is held again";
          case STILL_HELD -> target + " is still held";
          case REFUSED -> target + " is not freed";
          case DENIED -> target + " is not freed: you may not";
          case TIMED_OUT ->
              target
                  + (freed.before().verdict() == Verdict.NOT_LOCAL
                      ? " is not here yet"
                      : " is still held")
                  + ", and the time is over";
        },
        good);
    freed.message().ifPresent(message -> page.row("why", Escape.text(message)));
    freed.instead().ifPresent(line -> page.shell("fix", line));
    return page.toString();
  }

  /** What holds it now, and the remedies. */
  public String now(Diagnosis after) {
    LabelledText page = page();
    for (Cause cause : after.causes()) {
      page.row("now", Escape.text(cause.summary()));
      for (Remedy remedy : after.remedies(cause).stream().limit(1).toList()) {
        if (remedy.command().isEmpty()) {
          page.row("fix", Escape.text(remedy.effect()));
        } else {
          command(page, "fix", remedy);
        }
      }
    }
    return page.toString();
  }

  private static void command(LabelledText page, String label, Remedy remedy) {
    page.shell(label, InuseLine.shell(InuseLine.words(remedy.command())));
    page.row("", Escape.text(remedy.effect()));
  }

  private static String proof(Freed freed) {
    return switch (freed.proof()) {
      case BIND -> ": a real bind succeeded";
      case REUSE ->
          " for a server that sets SO_REUSEADDR, as the former did; for one without "
              + freed.rest().map(rest -> "in " + seconds(rest) + " s").orElse("later");
      case TABLE -> ": no socket is in the way (you may not bind there yourself)";
      case NONE -> ": nothing was bound";
    };
  }

  private static long seconds(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }

  private LabelledText page() {
    return new LabelledText(columns, colour);
  }
}
