package inuse.core.explain.remedy;

import inuse.core.evidence.Account;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketUnit;
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
  private static final Set<String> SSH = Set.of("ssh.socket", "sshd.socket");

  private SupervisorRemedies() {}

  /** Stops the holder for good, where something is in charge of it. */
  public static Optional<Remedy> stop(Holder holder, List<Holder> holders, Uid asker) {
    return stopOverseen(holder, holders, asker)
        .or(() -> stopUnit(holder, holders, asker))
        .or(() -> holder.container().flatMap(one -> stopContainer(one, holder, asker)));
  }

  private static Optional<Remedy> stopOverseen(Holder holder, List<Holder> holders, Uid asker) {
    if (holder.supervision().processManager().isEmpty()) {
      return Optional.empty();
    }
    ProcessManager processManager = holder.supervision().processManager().get();
    Optional<List<String>> command =
        switch (processManager.kind()) {
          case PM2 -> processManager.name().map(id -> List.of("pm2", "stop", id));
          case SUPERVISORD ->
              processManager.name().map(name -> supervisorctl(processManager, name));
          case RUNIT -> processManager.place().map(place -> List.of("sv", "stop", place));
          case S6 -> processManager.place().map(place -> List.of("s6-svc", "-wd", "-d", place));
          case NODEMON -> Optional.of(nodemon(processManager, holders));
          case TMUX, SCREEN, SSH, IDE, AGENT -> Optional.empty();
        };
    if (processManager.kind() != ProcessManager.Kind.NODEMON) {
      command = command.map(words -> as(processManager.owner(), asker, words));
    }
    String name = processManager.kind().word();
    if (command.isEmpty()) {
      return processManager.kind().restarts()
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
    if (processManager.kind() == ProcessManager.Kind.NODEMON) {
      return Optional.of(
          new Remedy(
              Remedy.Id.TERMINATE,
              command.get(),
              !Remedies.mayEnd(asker, holder),
              Phrase.of("ends nodemon too, which would start it again with the next change")));
    }
    return Optional.of(
        new Remedy(
            Remedy.Id.STOP_UNIT,
            command.get(),
            processManager.kind() == ProcessManager.Kind.PM2
                ? !Remedies.mayEnd(asker, holder)
                : Remedies.needsRoot(asker),
            Phrase.of(
                "stops it through " + name + ", which would start it again if it just ended")));
  }

  private static List<String> supervisorctl(ProcessManager processManager, String name) {
    List<String> command = new ArrayList<>(List.of("supervisorctl"));
    processManager.place().ifPresent(place -> command.addAll(List.of("-c", place)));
    command.addAll(List.of("stop", name));
    return command;
  }

  /** Ends the overseer first, so that it does not see its child end. */
  private static List<String> nodemon(ProcessManager processManager, List<Holder> holders) {
    List<String> command = new ArrayList<>(List.of("kill", processManager.pid().toString()));
    for (Holder other : holders) {
      if (other.supervision().processManager().equals(Optional.of(processManager))) {
        command.add(other.pid().toString());
      }
    }
    return command;
  }

  /**
   * The command as the process manager's user would run it. It keeps separate state for each user,
   * and its name, directory and configuration are that user's word: run as root, they would let
   * that user choose what root does. What root runs needs root, and no other user.
   */
  private static List<String> as(Uid owner, Uid asker, List<String> words) {
    List<String> command = new ArrayList<>();
    if (!owner.equals(asker) && !owner.equals(Uid.ROOT)) {
      command.addAll(List.of("sudo", "-H", "-u", "#" + owner));
    }
    command.addAll(words);
    return command;
  }

  /**
   * Stops a unit only when its main process holds the port: what a shell or a job inside the unit
   * started is not the unit, also where it was left behind and became its manager's child.
   */
  private static Optional<Remedy> stopUnit(Holder holder, List<Holder> holders, Uid asker) {
    if (holder.unit().isEmpty()) {
      return Optional.empty();
    }
    Unit unit = holder.unit().get();
    boolean main =
        holders.stream()
            .filter(other -> other.unit().filter(unit::is).isPresent())
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
    return Optional.of(stopUnits(units, unit.user(), holder.account().toOptional(), asker, effect));
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

  private static Remedy stopUnits(
      List<String> units, boolean user, Optional<Account> owner, Uid asker, String effect) {
    boolean foreign = user && owner.map(Account::uid).filter(asker::equals).isEmpty();
    List<String> command = new ArrayList<>(List.of("systemctl"));
    if (user) {
      command.add("--user");
    }
    if (foreign && owner.isPresent()) {
      command.add("--machine=" + owner.get().uid() + "@.host");
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
      // A template is not a unit: each connection gets an instance of it.
      socket.services().stream().filter(one -> !one.contains("@.")).forEach(units::add);
      String effect =
          "stops the socket and what it starts, until the next boot (for good: systemctl "
              + (socket.user() ? "--user " : "")
              + "disable "
              + socket.name()
              + ")";
      Optional<Account> owner =
          blockers.holders().stream()
              .filter(one -> one.supervision().init().isPresent())
              .flatMap(one -> one.account().toOptional().stream())
              .findFirst();
      remedies.add(
          stopUnits(
              units,
              socket.user(),
              owner,
              blockers.snapshot().asker(),
              SSH.contains(socket.name())
                  ? effect + "; nobody can log in by ssh then: keep a session open"
                  : effect));
    }
    return remedies;
  }

  /** Stops the container, through its engine. */
  public static Optional<Remedy> stopContainer(Container container, Holder holder, Uid asker) {
    if (container.pod().isPresent()) {
      return Optional.of(
          Remedy.advice(
              Remedy.Id.STOP_CONTAINER,
              Phrase.of(
                  "scale down or delete the pod with UID "
                      + container.pod().get()
                      + " (kubectl get pods -A -o custom-columns="
                      + "NS:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid); Kubernetes"
                      + " starts again a container that merely ends. It holds a port of the host"
                      + " because of hostNetwork or hostPort in its spec")));
    }
    Optional<String> program =
        switch (container.engine()) {
          case DOCKER -> Optional.of("docker");
          case PODMAN -> Optional.of("podman");
          case CONTAINERD, CRIO, CRI -> Optional.empty();
        };
    if (program.isEmpty()) {
      return Optional.empty();
    }
    String called = container.shortName();
    Optional<Uid> owner = holder.account().toOptional().map(Account::uid);
    List<String> command = new ArrayList<>();
    // Rootless Podman belongs to its user; Docker has one daemon for all users.
    boolean foreign =
        container.engine() == Container.Engine.PODMAN
            && holder.supervision().proxy().isPresent()
            && owner.isPresent()
            && !owner.get().equals(asker);
    if (foreign && !owner.get().equals(Uid.ROOT)) {
      command.addAll(List.of("sudo", "-H", "-u", "#" + owner.get()));
    }
    command.addAll(List.of(program.get(), "stop", called));
    boolean ownPodman =
        container.engine() == Container.Engine.PODMAN
            && holder.supervision().proxy().isPresent()
            && owner.isPresent()
            && owner.get().equals(asker);
    return Optional.of(
        new Remedy(
            Remedy.Id.STOP_CONTAINER,
            command,
            !ownPodman && Remedies.needsRoot(asker),
            Phrase.of("stops the container " + called).then(restartOf(container))));
  }

  private static String restartOf(Container container) {
    String restart = container.details().flatMap(Container.Details::restart).orElse("no");
    return switch (restart) {
      case "always" -> "; its restart policy brings it back when the engine itself restarts";
      case "unless-stopped", "on-failure" -> ", and its restart policy will not bring it back";
      default -> "";
    };
  }

  /** Frees the port of a proxy. */
  public static List<Remedy> stopForwarded(Blockers blockers) {
    List<Remedy> remedies = new ArrayList<>();
    List<Holder> left = new ArrayList<>();
    for (Holder holder : blockers.holders()) {
      Optional<Remedy> stop =
          holder
              .supervision()
              .proxy()
              .flatMap(PortProxy::container)
              .flatMap(one -> stopContainer(one, holder, blockers.snapshot().asker()));
      if (stop.isEmpty()) {
        left.add(holder);
      } else if (!remedies.contains(stop.get())) {
        remedies.add(stop.get());
      }
    }
    left.forEach(holder -> remedies.add(Remedies.terminate(holder, blockers.snapshot())));
    return remedies;
  }
}
