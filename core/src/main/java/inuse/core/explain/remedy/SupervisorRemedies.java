package inuse.core.explain.remedy;

import inuse.core.evidence.Holder;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.rule.Blockers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a holder through what is in charge of it, since most managers restart a process that merely
 * ends.
 */
public final class SupervisorRemedies {
  private SupervisorRemedies() {}

  /**
   * Stops the holder for good, where something is in charge of it on somebody's word to act on: the
   * remedy is on the same word.
   */
  public static Optional<Trusted<Remedy>> stop(Holder holder, List<Holder> holders, Uid asker) {
    return OfficeRemedies.instead(holder, asker).or(() -> throughManager(holder, holders, asker));
  }

  private static Optional<Trusted<Remedy>> throughManager(
      Holder holder, List<Holder> holders, Uid asker) {
    return holder
        .trusted(holder.supervision().processManager(), asker)
        .flatMap(manager -> manager.part(one -> stopOverseen(one, manager.actor(), holder, asker)))
        .or(() ->
            holder
                .trusted(holder.unit(), asker)
                .flatMap(
                    unit -> unit.part(one -> stopUnit(holder, one, unit.actor(), holders, asker))))
        .or(() ->
            holder
                .trusted(holder.container(), asker)
                .flatMap(container ->
                    container.part(one -> ContainerRemedies.stopContainer(container, asker))));
  }

  /** By which command it is told, where all that takes is known. */
  private static Optional<List<String>> command(ProcessManager processManager) {
    return switch (processManager.kind()) {
      case PM2 ->
          processManager
              .name()
              .flatMap(id ->
                  processManager
                      .place()
                      .map(home -> List.of("env", "PM2_HOME=" + home, "pm2", "stop", id)));
      case SUPERVISORD ->
          processManager
              .name()
              .flatMap(name -> processManager.place().map(place -> supervisorctl(place, name)));
      case RUNIT -> processManager.place().map(place -> List.of("sv", "stop", place));
      case S6 -> processManager.place().map(place -> List.of("s6-svc", "-wd", "-d", place));
      case NODEMON,
          NODE_WATCH,
          TSX_WATCH,
          TS_NODE_DEV,
          ENTR,
          WATCHEXEC,
          AIR,
          CARGO_WATCH,
          AUTOSSH,
          CONCURRENTLY_RESTARTING,
          CONCURRENTLY,
          FOREMAN,
          TMUX,
          SCREEN,
          SSH,
          IDE,
          AGENT ->
          Optional.empty();
    };
  }

  private static Optional<Remedy> stopOverseen(
      ProcessManager processManager, Uid actor, Holder holder, Uid asker) {
    if (processManager.kind().isWatcher()) {
      return Optional.of(endedWith(processManager, holder, asker));
    }
    Optional<List<String>> command = command(processManager).map(words -> as(actor, asker, words));
    String name = processManager.kind().word();
    if (command.isEmpty()) {
      // What another user's manager cannot be told is no reason to let its child have the port.
      return processManager.kind().restarts() && !isAnothers(actor, asker)
          ? Optional.of(
              Remedy.advice(
                  Remedy.Id.STOP_UNIT,
                  Phrase.of(
                      "tell "
                          + name
                          + " (pid "
                          + processManager.pid()
                          + ") to stop it, which would start it again")))
          : Optional.empty();
    }
    return Optional.of(
        new Remedy(
            Remedy.Id.STOP_UNIT,
            command.get(),
            !actor.equals(asker) && Remedies.needsRoot(asker),
            Phrase.of(
                "stops it through " + name + ", which would start it again if it just ended")));
  }

  /** Without a configuration it would look for one in our directory. */
  private static List<String> supervisorctl(String configuration, String name) {
    return List.of("supervisorctl", "-c", configuration, "stop", name);
  }

  /**
   * Ends a watcher together with what it watches: it would start it again. {@link Remedies#stop}
   * knows the command.
   */
  private static Remedy endedWith(ProcessManager watcher, Holder holder, Uid asker) {
    return new Remedy(
        Remedy.Id.TERMINATE,
        RemedyCommand.NONE,
        !Remedies.mayEnd(asker, holder),
        Phrase.of(
            "ends "
                + watcher.kind().word()
                + " (pid "
                + watcher.pid()
                + ") too, which would start it again"));
  }

  /**
   * The command as that user would run it. Managers keep separate state for each user, and their
   * names, directories and configurations are that user's word: run as root, they would let that
   * user choose what root does. What root runs needs root, and no other user.
   */
  static List<String> as(Uid actor, Uid asker, List<String> words) {
    List<String> command = new ArrayList<>();
    if (isAnothers(actor, asker)) {
      command.addAll(List.of("sudo", "-H", "-u", "#" + actor));
    }
    command.addAll(words);
    return command;
  }

  /** Whether it is done as a user that is neither the asker nor root. */
  public static boolean isAnothers(Uid actor, Uid asker) {
    return !actor.equals(asker) && !actor.equals(Uid.ROOT);
  }

  /**
   * Stops a unit only when its main process holds the port: what a shell or a job inside the unit
   * started is not the unit, also where it was left behind and became its manager's child. And only
   * for what ends with it, by its KillMode.
   */
  private static Optional<Remedy> stopUnit(
      Holder holder, Unit unit, Uid actor, List<Holder> holders, Uid asker) {
    KillMode mode = unit.details().map(Unit.Details::killMode).orElse(KillMode.CONTROL_GROUP);
    if (mode == KillMode.NONE
        || (mode == KillMode.PROCESS
            && !unit.main().toOptional().orElse(Set.of()).contains(holder.pid()))) {
      return Optional.empty();
    }
    boolean main =
        holders.stream()
            .filter(other -> other.unit().map(Statement::content).filter(unit::is).isPresent())
            .anyMatch(other -> isMain(other, unit));
    if (!main) {
      return Optional.empty();
    }
    List<String> sockets = unit.details().map(Unit.Details::triggeredBy).orElse(List.of());
    List<String> units = new ArrayList<>(sockets);
    units.add(unit.name());
    String effect =
        sockets.isEmpty()
            ? "stops the service " + unit.name() + ", and systemd will not restart it"
            : "stops the service "
                + unit.name()
                + " and "
                + String.join(", ", sockets)
                + ", which would start it again";
    return Optional.of(stopUnits(units, unit.user(), actor, asker, effect));
  }

  private static boolean isMain(Holder holder, Unit unit) {
    boolean started = holder.ancestry().size() == (unit.user() ? 2 : 1);
    return switch (unit.main()) {
      case Reading.Unknown<Set<Pid>> unknown -> started;
      case Reading.Known<Set<Pid>>(Set<Pid> main) ->
          main.isEmpty()
              // A unit may be active without a main process: Type=oneshot, an old init script.
              ? started && unit.details().filter(Unit.Details::active).isPresent()
              : main.contains(holder.pid());
    };
  }

  /** Stops units of the system's manager, or of that user's own. */
  private static Remedy stopUnits(
      List<String> units, boolean user, Uid owner, Uid asker, String effect) {
    boolean foreign = user && !owner.equals(asker);
    List<String> command = new ArrayList<>(List.of("systemctl"));
    if (user) {
      command.add("--user");
    }
    if (foreign) {
      command.add("--machine=" + owner + "@.host");
    }
    command.add("stop");
    command.addAll(units);
    String session =
        user && !foreign
            ? "; outside a login session it wants XDG_RUNTIME_DIR=/run/user/" + asker
            : "";
    return new Remedy(
        Remedy.Id.STOP_UNIT,
        command,
        (!user || foreign) && Remedies.needsRoot(asker),
        Phrase.of(effect + session));
  }

  /** Stops socket units together with what they start. */
  public static List<Remedy> stopSockets(Blockers blockers) {
    List<Remedy> remedies = new ArrayList<>();
    for (SocketUnit socket : blockers.snapshot().hostContext().socketUnits()) {
      List<String> units = new ArrayList<>(List.of(socket.name()));
      // What was started for a connection is somebody's session, and goes on.
      if (!socket.accepts()) {
        socket.services().stream().filter(one -> !one.contains("@.")).forEach(units::add);
      }
      String effect =
          (socket.accepts()
                  ? "stops the socket alone: what was started for a connection goes on;"
                  : "stops the socket and what it starts,")
              + " until the next boot (for good: systemctl "
              + (socket.user() ? "--user " : "")
              + "disable "
              + socket.name()
              + ")";
      Uid asker = blockers.snapshot().asker();
      Optional<Uid> owner =
          blockers.holders().stream()
              .filter(one -> one.supervision().init().isPresent())
              .flatMap(one -> one.user().stream())
              .findFirst();
      remedies.add(
          stopUnits(
              units,
              socket.user(),
              owner.orElse(asker),
              asker,
              socket.servesSsh()
                  ? effect + "; logging in by ssh is not possible then: keep a session open"
                  : effect));
    }
    return remedies;
  }

  /** Stops a service that has left the socket with its manager, which drops it then. */
  public static Remedy stopStoring(Unit unit, Uid owner, Uid asker) {
    return stopUnits(
        List.of(unit.name()),
        unit.user(),
        owner,
        asker,
        "stops " + unit.name() + ", and systemd drops what it has stored for it");
  }
}
