package inuse.render;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Signal;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.HostDuty;
import inuse.core.explain.rule.Workers;
import inuse.core.explain.text.Phrases;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Plan;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import inuse.core.list.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What would be done, and all by which a person decides whether it may: what it is, where it works,
 * since when, and what else goes with it. It fits into eight lines.
 */
final class PlanText {
  /** Holders of which the command line is shown; the headline names more. */
  private static final int MAX_HOLDERS = 2;

  /** Characters of a command line: it stays on one line of a terminal. */
  private static final int MAX_COMMAND = 70;

  /** Characters of a directory where the arguments are left out, too. */
  private static final int MAX_DIRECTORY = 200;

  /** Addresses, or children, that are named. */
  private static final int MAX_NAMED = 3;

  private final LabelledText page;
  private final boolean arguments;

  /**
   * A text on that page.
   *
   * @param arguments whether the command lines are shown, which may have secrets in them; else the
   *     programs and their scripts are
   */
  PlanText(LabelledText page, boolean arguments) {
    this.page = page;
    this.arguments = arguments;
  }

  /** Writes all of it. */
  void write(
      Diagnosis diagnosis, Plan.Steps plan, FreeOptions options, List<Collateral> collateral) {
    page.headline(Headline.of(diagnosis), false);
    List<Holder> masters =
        Workers.among(
                List.copyOf(
                    new LinkedHashSet<>(
                        diagnosis.causes().stream()
                            .flatMap(one -> one.holders().stream())
                            .toList())))
            .masters();
    boolean ends = plan.steps().stream().anyMatch(PlanText::ends);
    if (ends) {
      masters.stream().limit(MAX_HOLDERS).forEach(one -> who(one, diagnosis, masters.size() == 1));
      with(masters, collateral);
      losses(masters);
    }
    plan.steps().forEach(step -> step(step, options));
  }

  private static boolean ends(Step step) {
    return switch (step) {
      case Step.EndProcesses end -> true;
      case Step.Command command -> true;
      case Step.StopContainer stop -> true;
      case Step.DestroySockets destroy -> false;
      case Step.Wait wait -> false;
      case Step.RemoveFile file -> false;
    };
  }

  private void who(Holder holder, Diagnosis diagnosis, boolean alone) {
    List<String> facts = new ArrayList<>();
    holder
        .workingDirectory()
        .toOptional()
        .ifPresent(directory -> facts.add("in " + shown(directory)));
    holder
        .startedAt()
        .toOptional()
        .ifPresent(
            start -> facts.add("started " + TextAnswer.ago(start, diagnosis.snapshot().takenAt())));
    if (alone) {
      facts.addAll(connections(diagnosis));
    }
    boolean isCalled = holder.arguments().toOptional().filter(one -> !one.isEmpty()).isPresent();
    if (!isCalled && facts.isEmpty()) {
      return; // The headline has its name.
    }
    page.command(
        "who",
        arguments
            ? TextAnswer.commandLine(holder, MAX_COMMAND)
            : Escape.cut(program(holder), MAX_COMMAND));
    String about = String.join(", ", facts);
    if (!about.isEmpty()) {
      page.row("", alone ? about : "pid " + holder.pid() + " " + about);
    }
  }

  private String shown(Untrusted directory) {
    return arguments ? Escape.text(directory) : Escape.text(directory, MAX_DIRECTORY);
  }

  private static String program(Holder holder) {
    Program program = Program.of(holder);
    return Escape.text(program.name())
        + program.script().map(script -> " " + Escape.text(script)).orElse("");
  }

  private static List<String> connections(Diagnosis diagnosis) {
    if (!(diagnosis.snapshot() instanceof PortSnapshot snapshot)) {
      return List.of();
    }
    long open =
        snapshot.sockets().stream().filter(one -> one.state() == SocketState.ESTABLISHED).count();
    if (open == 0) {
      return List.of();
    }
    List<Ancestor> local = new ArrayList<>();
    for (Client client : snapshot.clients()) {
      local.addAll(client.processes());
    }
    String from = local.isEmpty() ? "" : ", from " + named(new LinkedHashSet<>(local));
    return List.of(Phrases.count((int) open, "connection", "connections") + from);
  }

  private static String named(Set<Ancestor> processes) {
    List<String> words =
        processes.stream()
            .limit(MAX_NAMED)
            .map(one -> Escape.text(one.command()) + " (pid " + one.pid() + ")")
            .toList();
    int more = processes.size() - words.size();
    return String.join(", ", words) + (more > 0 ? " and " + more + " more" : "");
  }

  /** What else goes: other addresses, and children. */
  private void with(List<Holder> masters, List<Collateral> collateral) {
    LinkedHashSet<String> places = new LinkedHashSet<>();
    LinkedHashSet<Ancestor> children = new LinkedHashSet<>();
    LinkedHashSet<String> clients = new LinkedHashSet<>();
    for (Collateral one : collateral) {
      if (masters.stream().noneMatch(holder -> holder.pid().equals(one.pid()))) {
        continue;
      }
      one.also().forEach(socket -> places.add(place(socket)));
      children.addAll(one.children());
      one.client().ifPresent(client -> clients.add(client.toString()));
    }
    List<String> goes = new ArrayList<>();
    if (!clients.isEmpty()) {
      goes.add("the session of " + String.join(", ", clients));
    }
    if (!places.isEmpty()) {
      List<String> some = places.stream().limit(MAX_NAMED).toList();
      int more = places.size() - some.size();
      goes.add(String.join(", ", some) + (more > 0 ? " and " + more + " more addresses" : ""));
    }
    if (!children.isEmpty()) {
      goes.add((children.size() == 1 ? "its child " : "its children ") + named(children));
    }
    if (!goes.isEmpty()) {
      page.row("also", "with it may go " + String.join("; ", goes));
    }
  }

  private static String place(BoundSocket socket) {
    return switch (socket.protocol()) {
      case TCP -> socket.local().toString();
      case UDP -> "udp " + socket.local();
    };
  }

  private void losses(List<Holder> masters) {
    LinkedHashSet<String> losses = new LinkedHashSet<>();
    masters.forEach(one -> HostDuty.of(one).map(HostDuty::loss).ifPresent(losses::add));
    if (!losses.isEmpty()) {
      page.row("loses", "this host loses " + String.join(", and ", losses));
    }
  }

  private void step(Step step, FreeOptions options) {
    switch (step) {
      case Step.Command(Remedy remedy) -> command(remedy);
      case Step.StopContainer(var container, Remedy remedy) -> command(remedy);
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

  private void command(Remedy remedy) {
    page.shell("plan", InuseLine.shell(InuseLine.words(remedy.command())));
    page.row("", Escape.text(remedy.effect()));
  }

  private static String wait(Optional<Duration> atMost, int connections) {
    if (connections > 0) {
      return "wait, "
          + atMost.map(most -> "up to " + FreedText.seconds(most) + " s, ").orElse("")
          + "for what the kernel keeps of "
          + Phrases.count(connections, "connection", "connections");
    }
    return atMost
        .map(most -> "wait, about " + FreedText.seconds(most) + " s, until it expires")
        .orElse("wait until it expires, two minutes at most");
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
        ? phrase.then(
            ", and SIGKILL to what is left after " + FreedText.seconds(options.grace()) + " s")
        : phrase;
  }
}
