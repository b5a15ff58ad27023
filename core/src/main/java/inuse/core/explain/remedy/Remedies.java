package inuse.core.explain.remedy;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.rule.Blockers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Remedies that several causes share. */
public final class Remedies {
  private Remedies() {}

  /** Ends the holders: through what is in charge of them, else by SIGTERM. */
  public static List<Remedy> stop(Blockers blockers) {
    return stop(blockers.snapshot(), blockers.snapshot().asker(), blockers.holders());
  }

  /**
   * Ends these processes.
   *
   * @param asker the user who would do it
   */
  public static List<Remedy> stop(Snapshot seen, Uid asker, List<Holder> holders) {
    // Where one of them is not to be ended, nobody is: the port would stay held.
    Optional<Remedy> instead =
        holders.stream()
            .flatMap(one -> OfficeRemedies.instead(one, asker).stream())
            .map(Trusted::content)
            .findFirst();
    if (instead.isPresent()) {
      return List.of(instead.get());
    }
    List<Remedy> remedies = new ArrayList<>();
    List<Holder> plain = new ArrayList<>();
    for (Holder holder : holders) {
      Optional<Remedy> throughOwner =
          SupervisorRemedies.stop(holder, holders, asker).map(Trusted::content);
      if (throughOwner.isEmpty()) {
        plain.add(holder);
      } else {
        Remedy remedy = byOurselves(throughOwner.get(), seen);
        if (!remedies.contains(remedy)) {
          remedies.add(remedy);
        }
      }
    }
    if (!plain.isEmpty()) {
      remedies.add(terminate(seen, asker, plain));
    }
    return remedies;
  }

  /** A process that is to end is ended by our own command, which knows it again. */
  private static Remedy byOurselves(Remedy remedy, Snapshot seen) {
    return remedy.id() == Remedy.Id.TERMINATE
        ? new Remedy(
            remedy.id(),
            free(seen).map(RemedyCommand::of).orElse(RemedyCommand.NONE),
            remedy.needsRoot(),
            remedy.effect())
        : remedy;
  }

  private static Remedy terminate(Snapshot seen, Uid asker, List<Holder> holders) {
    boolean stopped =
        holders.stream().anyMatch(one -> one.state().equals(Optional.of(ProcessState.STOPPED)));
    String them = holders.size() == 1 ? "it" : "them";
    return new Remedy(
        stopped ? Remedy.Id.RESUME_THEN_TERMINATE : Remedy.Id.TERMINATE,
        free(seen).map(RemedyCommand::of).orElse(RemedyCommand.NONE),
        holders.stream().anyMatch(holder -> !mayEnd(asker, holder)),
        Phrase.of(
            "asks "
                + them
                + " to end (SIGTERM)"
                + (stopped ? ", wakes " + them + " up to obey" : "")
                + " and proves by a bind that it is free"));
  }

  /** The command that frees what was asked about; empty where it cannot be typed at a terminal. */
  public static Optional<InuseCommand> free(Snapshot seen) {
    return SnapshotCommand.of(InuseCommand.of(InuseCommand.Verb.FREE), seen);
  }

  /** The same, where it takes the end of that many processes. */
  public static Optional<InuseCommand> free(Snapshot seen, int processes) {
    return SnapshotCommand.of(
        InuseCommand.of(InuseCommand.Verb.FREE)
            .with(InuseCommand.Choice.MAX_PROCESSES, Integer.toString(processes)),
        seen);
  }

  /** Whether the kernel would let that user send it a signal, judging by the user ids. */
  public static boolean mayEnd(Uid uid, Holder holder) {
    return uid.equals(Uid.ROOT)
        || holder.account().toOptional().map(Account::uid).filter(uid::equals).isPresent();
  }

  /** Ends the holders by SIGKILL, which no process can refuse. */
  public static Remedy kill(Blockers blockers) {
    boolean needsRoot =
        blockers.holders().stream().anyMatch(one -> !mayEnd(blockers.snapshot().asker(), one));
    return new Remedy(
        Remedy.Id.KILL,
        RemedyCommand.of(
            SnapshotCommand.of(
                InuseCommand.of(InuseCommand.Verb.FREE).with(InuseCommand.Choice.SIGNAL, "KILL"),
                blockers.snapshot())),
        needsRoot,
        Phrase.of(
            "ends " + (blockers.holders().size() == 1 ? "it" : "them") + " at once (SIGKILL)"));
  }

  /**
   * Ends sockets but no process.
   *
   * @param effect what happens to the users of the sockets
   */
  public static Remedy destroy(PortSnapshot snapshot, String effect) {
    return new Remedy(
        Remedy.Id.DESTROY_SOCKET,
        RemedyCommand.of(
            SnapshotCommand.of(
                InuseCommand.of(InuseCommand.Verb.FREE).with(InuseCommand.Choice.DESTROY_SOCKETS),
                snapshot)),
        needsRoot(snapshot),
        Phrase.of(effect));
  }

  /** Ends a client's connection: alone where that frees its port, else with its client. */
  public static Remedy endConnection(Blockers blockers) {
    if (Remedies.isFreedByDestroying(blockers.sockets())) {
      return destroy(
          blockers.snapshot(), "ends the connection (both sides see it break) and not the client");
    }
    return Remedy.advice(
        Remedy.Id.TERMINATE,
        Phrase.of("end the client yourself, if it is not needed: ")
            .then("it bound the port by hand and keeps it until then"));
  }

  /** Whether the kernel frees the port with the sockets: none was bound to it explicitly. */
  public static boolean isFreedByDestroying(List<BoundSocket> sockets) {
    return sockets.stream().allMatch(one -> one.autoPort().is(true) || one.isTimeWaitStub());
  }

  /** Takes a tunnel down, where the port is proven to be its own and the name is safe. */
  public static Remedy removeDevice(KernelUser user, Untrusted device, PortSnapshot snapshot) {
    boolean command = user.proven() && isPlain(device.bytes());
    return new Remedy(
        Remedy.Id.REMOVE_DEVICE,
        command ? List.of("ip", "link", "del", device.bytes()) : List.of(),
        needsRoot(snapshot),
        Phrase.of(command ? "removes the " : "if the port is its own, remove the ")
            .then(new Untrusted(user.subsystem()))
            .then(" device ")
            .then(device)
            .then("; whatever made it may make it again"));
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty() && name.charAt(0) != '-' && Untrusted.isPlain(name, "_.@-");
  }

  /** Setting SO_REUSEADDR, in the language of the process that held the port. */
  public static Stream<Remedy> useReuseAddress(Blockers blockers) {
    boolean helps =
        blockers.reuseAddressHelps()
            && blockers.sockets().stream().noneMatch(one -> one.protocol() == Protocol.UDP)
            && !formerSetsIt(blockers.snapshot());
    if (!helps) {
      return Stream.empty();
    }
    List<ServerRuntime> runtimes =
        blockers.holders().stream().map(ServerRuntime::of).distinct().toList();
    Phrase lines =
        Phrase.of(
            runtimes.isEmpty()
                ? ServerRuntime.briefly()
                : String.join("; ", runtimes.stream().map(ServerRuntime::line).toList()));
    return Stream.of(
        Remedy.advice(
            Remedy.Id.USE_REUSEADDR,
            Phrase.of("start your server with SO_REUSEADDR. ").then(lines)));
  }

  /** Whether a server that is there sets it: then its next run will, and needs no advice. */
  private static boolean formerSetsIt(PortSnapshot snapshot) {
    return snapshot.sockets().stream()
        .anyMatch(one -> one.isServers() && one.reuseAddress().is(true));
  }

  /**
   * Waiting, where every socket expires by itself. It is not of a server that sets SO_REUSEADDR, if
   * that is let in already.
   */
  public static Stream<Remedy> waiting(Blockers blockers) {
    PortSnapshot snapshot = blockers.snapshot();
    Optional<Duration> longest =
        blockers.sockets().stream()
            .map(socket -> socket.expires().orElse(Duration.ofDays(1)))
            .max(Comparator.naturalOrder());
    if (longest.isEmpty()
        || longest.get().compareTo(Duration.ofDays(1)) >= 0
        || isServed(snapshot)) {
      return Stream.empty();
    }
    InuseCommand wait = InuseCommand.of(InuseCommand.Verb.WAIT);
    return Stream.of(
        new Remedy(
            Remedy.Id.WAIT,
            RemedyCommand.of(
                SnapshotCommand.of(
                    blockers.reuseAddressHelps()
                        ? wait.with(InuseCommand.Choice.NO_REUSE_ADDRESS)
                        : wait,
                    snapshot)),
            false,
            Phrase.of(
                "returns when it expires by itself, in about " + seconds(longest.get()) + " s")));
  }

  /** Waiting until the address can be bound. */
  public static Remedy await(PortSnapshot snapshot, String effect) {
    return new Remedy(
        Remedy.Id.WAIT,
        RemedyCommand.of(SnapshotCommand.of(InuseCommand.of(InuseCommand.Verb.WAIT), snapshot)),
        false,
        Phrase.of(effect));
  }

  /** Another question, which names what was missing. */
  public static Remedy ask(Remedy.Id id, InuseCommand question, Phrase effect) {
    return new Remedy(id, RemedyCommand.of(question), false, effect);
  }

  /** Keeps future outgoing connections off the port, where the kernel gives it to any. */
  public static Stream<Remedy> reserve(Blockers blockers) {
    PortSnapshot snapshot = blockers.snapshot();
    Port port = snapshot.target().port();
    boolean byHand = blockers.sockets().stream().allMatch(one -> one.autoPort().is(false));
    boolean chosen =
        snapshot
            .settings()
            .ephemeral()
            .toOptional()
            .filter(range -> range.contains(port))
            .isPresent();
    return chosen && !byHand ? Stream.of(reserve(snapshot)) : Stream.empty();
  }

  /** Whether a server has the port: then what is left of connections is not what matters. */
  private static boolean isServed(PortSnapshot snapshot) {
    return snapshot.sockets().stream().anyMatch(BoundSocket::isServers);
  }

  private static Remedy reserve(PortSnapshot snapshot) {
    Port port = snapshot.target().port();
    return new Remedy(
        Remedy.Id.RESERVE_PORT,
        RemedyCommand.of(
            InuseCommand.of(InuseCommand.Verb.TUNE)
                .with(InuseCommand.Choice.RESERVED_PORTS, port.toString())),
        needsRoot(snapshot),
        Phrase.of(
            "keeps the next outgoing connection off port "
                + port
                + "; it does not end the one that has it"));
  }

  /** Gives the kernel more ports to choose from. */
  public static Remedy widen(Range range, PortSnapshot snapshot) {
    return new Remedy(
        Remedy.Id.USE_OTHER_PORT,
        RemedyCommand.of(
            InuseCommand.of(InuseCommand.Verb.TUNE)
                .with(
                    InuseCommand.Choice.SETTING,
                    "net.ipv4.ip_local_port_range=" + range.first() + " " + range.last())),
        needsRoot(snapshot),
        Phrase.of("gives the kernel the ports " + range + " to choose from"));
  }

  /** Using another port, where nothing frees this one. */
  public static Remedy otherPort(String advice) {
    return Remedy.advice(Remedy.Id.USE_OTHER_PORT, Phrase.of(advice));
  }

  /** Asking again as root, who sees more; empty where root asks. */
  public static Stream<Remedy> asRoot(PortSnapshot snapshot) {
    return needsRoot(snapshot)
        ? Stream.of(
            new Remedy(
                Remedy.Id.RUN_AS_ROOT,
                askAsRoot(snapshot.target().toString()),
                true,
                Phrase.of("shows the process and how to end it")))
        : Stream.empty();
  }

  /** Asking again with more time, where an answer had to stop. */
  public static InuseCommand askLonger(PortSnapshot snapshot) {
    return InuseCommand.of(InuseCommand.Verb.ASK)
        .with(InuseCommand.Choice.DEADLINE, "2m")
        .about(snapshot.target().toString());
  }

  /** Asking again as root, who sees every process. */
  public static RemedyCommand askAsRoot(String target) {
    return RemedyCommand.of(InuseCommand.of(InuseCommand.Verb.ASK).about(target).byRoot());
  }

  static boolean needsRoot(Uid asker) {
    return !asker.equals(Uid.ROOT);
  }

  public static boolean needsRoot(PortSnapshot snapshot) {
    return !snapshot.asker().equals(Uid.ROOT);
  }

  /** Whole seconds, rounded up. */
  public static long seconds(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }
}
