package inuse.core.explain;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.AddressNotLocal;
import inuse.core.explain.causes.AnotherService;
import inuse.core.explain.causes.BindPolicy;
import inuse.core.explain.causes.BoundNotListening;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.ClosingConnection;
import inuse.core.explain.causes.ContainerPort;
import inuse.core.explain.causes.EphemeralExhausted;
import inuse.core.explain.causes.HeldByOwnRun;
import inuse.core.explain.causes.HeldPort;
import inuse.core.explain.causes.HiddenHolder;
import inuse.core.explain.causes.KernelSocket;
import inuse.core.explain.causes.ListenConflict;
import inuse.core.explain.causes.Listener;
import inuse.core.explain.causes.OpenConnection;
import inuse.core.explain.causes.OrphanedChild;
import inuse.core.explain.causes.OutgoingConnection;
import inuse.core.explain.causes.PreviousInstance;
import inuse.core.explain.causes.PrivilegedPort;
import inuse.core.explain.causes.ReuseportMismatch;
import inuse.core.explain.causes.SearchEnded;
import inuse.core.explain.causes.SelfConnection;
import inuse.core.explain.causes.SocketActivation;
import inuse.core.explain.causes.TimeWait;
import inuse.core.explain.causes.UdpSocket;
import inuse.core.explain.causes.Unexplained;
import inuse.core.explain.causes.UnlistedReference;
import inuse.core.explain.causes.ZombieLeader;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.LeftOver;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.AnswerPhrases;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import inuse.core.explain.text.Phrases;
import inuse.core.explain.text.SharingPhrases;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Turns a snapshot of a port into a diagnosis. */
public final class Explainer {
  /**
   * The causes that consist of sockets, in order of precedence: the first to claim a socket gets
   * it.
   */
  private static final List<Function<Unclaimed, Optional<Cause>>> BY_SOCKET =
      List.of(
          HeldPort::find,
          HeldByOwnRun::find,
          ZombieLeader::find,
          UnlistedReference::find,
          KernelSocket::find,
          SocketActivation::find,
          ContainerPort::find,
          OrphanedChild::find,
          ReuseportMismatch::find,
          SearchEnded::find,
          HiddenHolder::find,
          PreviousInstance::find,
          AnotherService::find,
          SelfConnection::find,
          UdpSocket::find,
          Listener::find,
          ListenConflict::find,
          BoundNotListening::find,
          OutgoingConnection::find,
          OpenConnection::find,
          ClosingConnection::find,
          TimeWait::find);

  /** Of one and of several processes that lost the one that started them. */
  private static final List<String> DAEMONS =
      List.of(
          "lost the process that started it: a daemon, or left over",
          "lost the process that started them: daemons, or left over");

  private static final List<String> DEVELOPMENT =
      List.of(
          "is a development server and lost the process that started it",
          "are development servers and lost the process that started them");

  private Explainer() {}

  /** The diagnosis for a snapshot. */
  public static Diagnosis explain(PortSnapshot snapshot) {
    Verdict verdict = Verdict.of(snapshot.probes());
    List<Cause> causes = new ArrayList<>();
    if (verdict != Verdict.FREE) {
      // First what no end of a process mends.
      AddressNotLocal.find(snapshot, verdict).ifPresent(causes::add);
      causes.addAll(socketCauses(snapshot));
      PrivilegedPort.find(snapshot, verdict).ifPresent(causes::add);
      BindPolicy.find(snapshot, verdict).ifPresent(causes::add);
      EphemeralExhausted.find(snapshot).ifPresent(causes::add);
      if (causes.isEmpty() && verdict != Verdict.UNKNOWN) {
        causes.add(new Unexplained(snapshot, List.of()));
      }
    } else {
      HeldPort.ahead(snapshot).ifPresent(causes::add);
      ListenConflict.ahead(snapshot).ifPresent(causes::add);
      List<BoundSocket> ignored = ignored(snapshot);
      if (!ignored.isEmpty()) {
        causes.add(new Unexplained(snapshot, ignored));
      }
    }
    return new Diagnosis(snapshot, verdict, causes, notes(snapshot, causes));
  }

  /**
   * Whether the table of sockets explains what the probes said. Both look at a changing system, and
   * are taken again when they disagree.
   */
  public static boolean agrees(PortSnapshot snapshot) {
    return switch (Verdict.of(snapshot.probes())) {
      case BLOCKED, FREE_WITH_REUSEADDR ->
          snapshot.target().port().isAny() || !socketCauses(snapshot).isEmpty();
      case FREE -> ignored(snapshot).isEmpty();
      case DENIED, NOT_LOCAL, UNKNOWN -> true;
    };
  }

  /**
   * Whether a diagnosis contradicts itself although the whole table could be read. Sockets that
   * come and go cause that for a moment; on a quiet host it is a bug.
   */
  public static boolean isContradicted(Diagnosis diagnosis) {
    return switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> isContradicted(snapshot);
      // The file at a path and its holder may change between any two looks.
      case UnixSnapshot unix -> false;
    };
  }

  private static boolean isContradicted(PortSnapshot snapshot) {
    boolean whole =
        snapshot.uncounted() == 0
            && snapshot.gaps().stream()
                .map(Gap::subject)
                .noneMatch(
                    subject -> subject == Gap.Subject.SOCKETS || subject == Gap.Subject.REFERENCES);
    return whole && !agrees(snapshot);
  }

  /** Sockets that should have refused a bind which the kernel allowed. */
  private static List<BoundSocket> ignored(PortSnapshot snapshot) {
    return snapshot.sockets().stream().filter(one -> surelyRefuses(one, snapshot)).toList();
  }

  private static boolean surelyRefuses(BoundSocket socket, PortSnapshot snapshot) {
    return snapshot.target().addresses().stream()
        .filter(address ->
            Verdict.asAsked(snapshot.probes(), address).filter(Probe::isAllowed).isPresent())
        .anyMatch(address ->
            BindRule.bind(socket, snapshot.newcomer(), address) == BindRule.Outcome.REFUSED);
  }

  /** The causes that consist of sockets in the way, the worst first. */
  public static List<Cause> socketCauses(PortSnapshot snapshot) {
    Unclaimed unclaimed = new Unclaimed(snapshot);
    List<Cause> causes = new ArrayList<>();
    BY_SOCKET.forEach(find -> find.apply(unclaimed).ifPresent(causes::add));
    causes.sort(Comparator.comparing(Cause::severity));
    return causes;
  }

  private static List<Note> notes(PortSnapshot snapshot, List<Cause> causes) {
    List<Note> notes = new ArrayList<>(SharingPhrases.notes(snapshot));
    notes.addAll(AnswerPhrases.notes(snapshot));
    for (Client client : snapshot.clients()) {
      // A client that is connected to itself has the port, and is in the way.
      boolean blocks =
          causes.stream()
              .flatMap(cause -> cause.holders().stream())
              .anyMatch(holder ->
                  client.processes().stream().anyMatch(one -> one.pid().equals(holder.pid())));
      if (blocks) {
        continue;
      }
      notes.add(
          new Note(
              Note.Id.CLIENT,
              Phrases.client(client)
                  .then(client.processes().size() == 1 ? " is" : " are")
                  .then(" connected to this port; it blocks nothing")));
    }
    List<BoundSocket> udp =
        snapshot.udpAlso().stream()
            .filter(one -> snapshot.holdersOf(one).stream().noneMatch(it -> isOwn(it, snapshot)))
            .toList();
    if (!udp.isEmpty()) {
      List<Holder> holders =
          snapshot.holders().stream()
              .filter(holder -> udp.stream().anyMatch(holder::holds))
              .toList();
      Phrase held = Phrase.of("udp ").then(Phrases.places(udp)).then(" is held too");
      notes.add(
          new Note(
              Note.Id.UDP_ALSO_HELD,
              holders.isEmpty() ? held : held.then(", by ").then(Phrases.holders(holders))));
    }
    notes.addAll(NamespacePhrases.notes(snapshot));
    notes.addAll(reparented(snapshot));
    notes.addAll(ListenerNotes.of(snapshot, causes));
    boolean own = snapshot.holders().stream().anyMatch(one -> isOwn(one, snapshot));
    // Where it is free nothing need make way.
    if (!own && Verdict.of(snapshot.probes()) != Verdict.FREE) {
      notes.addAll(WellKnown.notes(snapshot));
    }
    notes.addAll(around(snapshot.hostContext()));
    return notes;
  }

  /** Whether the bind is made by the very run to which that process belongs. */
  private static boolean isOwn(Holder holder, PortSnapshot snapshot) {
    return snapshot.newcomer().run().flatMap(run -> run.relation(holder)).isPresent();
  }

  private static List<Note> around(HostContext hostContext) {
    List<Note> notes = new ArrayList<>();
    hostContext
        .forward()
        .ifPresent(detour ->
            notes.add(
                new Note(
                    Note.Id.FORWARDED_WITHOUT_SOCKET,
                    Phrase.of(
                            "a rule of the packet filter sends traffic for this port elsewhere, so"
                                + " a server here would get none of it from other hosts: ")
                        .then(detour.rule())
                        .then(detour.unserved().map(Explainer::unserved).orElse("")))));
    if (hostContext.wsl()) {
      notes.add(
          new Note(
              Note.Id.WSL,
              Phrase.of(
                  "this is WSL: Windows may hold the port, or have reserved a range with it; ask it"
                      + " there: netsh int ipv4 show excludedportrange protocol=tcp, and"
                      + " Get-NetTCPConnection -LocalPort in PowerShell")));
    }
    return notes;
  }

  private static String unserved(Endpoint place) {
    String where = place.address().isWildcard() ? "port " + place.port() : place.toString();
    return "; no server is at " + where + ", where it leads";
  }

  private static List<Note> reparented(PortSnapshot snapshot) {
    List<BoundSocket> kept =
        snapshot.sockets().stream()
            .filter(one -> one.state() == SocketState.LISTEN)
            .filter(one -> !LeftOver.are(snapshot.holdersOf(one)))
            .toList();
    List<Holder> doubtful =
        snapshot.holders().stream()
            .filter(LeftOver::isDoubtful)
            .filter(holder -> kept.stream().anyMatch(holder::holds))
            .toList();
    List<Note> notes = new ArrayList<>();
    lost(doubtful, WellKnown::isDevelopmentServer, DEVELOPMENT).ifPresent(notes::add);
    lost(doubtful, one -> !WellKnown.isDevelopmentServer(one), DAEMONS).ifPresent(notes::add);
    return notes;
  }

  private static Optional<Note> lost(
      List<Holder> doubtful, Predicate<Holder> which, List<String> words) {
    List<Holder> them = doubtful.stream().filter(which).toList();
    return them.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Note(Note.Id.REPARENTED, Phrases.subject(them, words.getFirst(), words.getLast())));
  }
}
