package inuse.render;

import inuse.core.evidence.Collateral;
import inuse.core.evidence.Phrase;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.Effects;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
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

  /**
   * What is in the way, what would be done about it, and what else goes with it.
   *
   * @param collateral what the holders have besides
   */
  public String plan(
      Diagnosis diagnosis, Plan.Steps plan, FreeOptions options, List<Collateral> collateral) {
    LabelledText page = page();
    new PlanText(page, true).write(diagnosis, plan, options, collateral);
    return page.toString();
  }

  /** The same for a program that passes it on: without command lines, and long paths cut. */
  public String planWithoutArguments(
      Diagnosis diagnosis, Plan.Steps plan, FreeOptions options, List<Collateral> collateral) {
    LabelledText page = page();
    new PlanText(page, false).write(diagnosis, plan, options, collateral);
    return page.toString();
  }

  /** One act, after its end. */
  public String act(Report.Action act) {
    LabelledText page = page();
    Phrase line = act.pid().isPresent() ? ofProcess(act) : Phrase.of(other(act));
    page.row(
        "did", Escape.text(act.said().bytes().isEmpty() ? line : line.then(": ").then(act.said())));
    return page.toString();
  }

  private static Phrase ofProcess(Report.Action act) {
    boolean killed = act.result() == Effects.Result.EXITED && act.remedy() == Remedy.Id.KILL;
    String how =
        switch (act.result()) {
          case PLANNED -> "planned";
          case DONE -> "done";
          case EXITED -> killed ? "was ended by SIGKILL" : "has ended";
          case RELEASED -> "no longer holds it";
          case SURVIVED -> "has not ended";
          case DENIED -> "not permitted";
          case UNAVAILABLE -> "not possible here";
          case FAILED -> "failed";
        };
    // The time is from the first signal, which need not be the last.
    String since =
        killed
            ? " after the first signal"
            : act.signal().isPresent() && act.result() != Effects.Result.DENIED
                ? " after " + act.signal().get().name()
                : "";
    return Phrase.of(act.command())
        .then(" (pid " + act.pid().orElseThrow() + ") " + how + ", " + time(act) + since);
  }

  /** An act that is about no process. */
  private static String other(Report.Action act) {
    boolean done = act.result() == Effects.Result.DONE;
    String what =
        switch (act.remedy()) {
          case STOP_UNIT -> done ? "its manager has stopped it" : "stop by its manager";
          case STOP_CONTAINER -> done ? "the container is stopped" : "stop of the container";
          case WAIT -> done ? "it has expired" : "wait until it expires";
          case DESTROY_SOCKET -> done ? "the kernel has dropped a socket" : "drop of a socket";
          case REMOVE_SOCKET_FILE ->
              done ? "the socket file is removed" : "removal of the socket file";
          case TERMINATE,
              KILL,
              RESUME_THEN_TERMINATE,
              USE_REUSEADDR,
              RESERVE_PORT,
              REMOVE_DEVICE,
              USE_OTHER_ADDRESS,
              RECONFIGURE,
              USE_OTHER_PORT,
              BIND_ONCE,
              BIND_NO_PORT,
              BIND_NONLOCAL,
              NAME_INTERFACE,
              NAME_NAMESPACE,
              ENABLE_IPV6,
              REPAIR_ADDRESS,
              RUN_AS_ROOT,
              REBOOT ->
              act.remedy().word();
        };
    String how =
        switch (act.result()) {
          case DONE -> "";
          case PLANNED -> ": planned";
          case EXITED, RELEASED -> ": it is gone";
          case SURVIVED -> ": not over yet";
          case DENIED -> ": not permitted";
          case UNAVAILABLE -> ": not possible here";
          case FAILED -> ": failed";
        };
    return what + how + ", " + time(act);
  }

  /** Milliseconds below a second, tenths below ten. */
  private static String time(Report.Action act) {
    long millis = act.afterMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    return millis < 10_000
        ? millis / 1000 + "." + millis / 100 % 10 + " s"
        : seconds(Duration.ofMillis(millis)) + " s";
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
          case REFUSED -> "cannot free " + target;
          case DENIED -> "cannot free " + target + ": permission denied";
          case TIMED_OUT ->
              "timed out: "
                  + target
                  + (freed.before().verdict() == Verdict.NOT_LOCAL
                      ? " is not here yet"
                      : " is still in use");
        },
        good);
    freed.message().ifPresent(message -> page.row(good ? "note" : "why", Escape.text(message)));
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
      case TABLE -> ": no socket is in the way (you cannot bind there yourself)";
      case NONE -> ": nothing was bound";
    };
  }

  static long seconds(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }

  private LabelledText page() {
    return new LabelledText(columns, colour);
  }
}
