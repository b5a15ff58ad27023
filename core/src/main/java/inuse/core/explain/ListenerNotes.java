package inuse.core.explain;

import inuse.core.evidence.AcceptQueue;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.causes.AnotherService;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.Listener;
import inuse.core.explain.causes.OrphanedChild;
import inuse.core.explain.causes.PreviousInstance;
import inuse.core.explain.rule.Inherited;
import inuse.core.explain.text.Note;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Notes on servers that do not serve: who only inherited the socket, who does not accept, and what
 * keeps it besides them.
 */
final class ListenerNotes {
  private ListenerNotes() {}

  static List<Note> of(PortSnapshot snapshot, List<Cause> causes) {
    List<BoundSocket> servers =
        causes.stream()
            .filter(ListenerNotes::isServers)
            .flatMap(cause -> cause.sockets().stream())
            .toList();
    List<Note> notes = new ArrayList<>(inherited(Inherited.of(servers, snapshot)));
    hidden(snapshot).ifPresent(notes::add);
    for (BoundSocket socket : snapshot.sockets()) {
      socket
          .queue()
          .filter(AcceptQueue::isFull)
          .ifPresent(queue -> notes.add(full(socket, queue, snapshot)));
    }
    return notes;
  }

  /** Whoever keeps the socket besides those that are named will keep it when they have gone. */
  private static Optional<Note> hidden(PortSnapshot snapshot) {
    return snapshot
        .search()
        .hidden()
        .toOptional()
        .filter(count -> count > 0)
        .map(count ->
            new Note(
                Note.Id.HIDDEN_REFERENCE,
                Phrase.of(
                    (count == 1 ? "one more reference" : count + " more references")
                        + (snapshot.sockets().size() == 1 ? " to this socket" : " to these sockets")
                        + " that no table shows: a process that cannot be seen from here, a message"
                        + " in flight or an io_uring keeps "
                        + (snapshot.sockets().size() == 1 ? "it" : "them"))));
  }

  /** What systemd or a container engine passes on is meant to be inherited. */
  private static boolean isServers(Cause cause) {
    return cause instanceof Listener
        || cause instanceof OrphanedChild
        || cause instanceof PreviousInstance
        || cause instanceof AnotherService;
  }

  private static List<Note> inherited(List<Inherited> all) {
    List<Note> notes = new ArrayList<>();
    List<Holder> orphans =
        all.stream().filter(one -> one.from().isEmpty()).map(Inherited::holder).toList();
    if (!orphans.isEmpty()) {
      notes.add(
          new Note(
              Note.Id.INHERITED,
              Phrases.subject(
                  orphans,
                  "inherited the socket from a process that is gone, and accepts nothing: clients"
                      + " wait forever",
                  "inherited the socket from a process that is gone, and accept nothing: clients"
                      + " wait forever")));
    }
    for (Inherited one : all) {
      one.from()
          .ifPresent(from ->
              notes.add(
                  new Note(
                      Note.Id.INHERITED,
                      Phrases.holders(List.of(one.holder()))
                          .then(" inherited the socket from ")
                          .then(Phrases.holders(List.of(from)))
                          .then(", and keeps the port when that ends"))));
    }
    return notes;
  }

  private static Note full(BoundSocket socket, AcceptQueue queue, PortSnapshot snapshot) {
    List<Holder> holders = snapshot.holdersOf(socket);
    Phrase who = holders.isEmpty() ? Phrase.of("its server") : Phrases.holders(holders);
    return new Note(
        Note.Id.ACCEPT_QUEUE,
        Phrase.of("the accept queue of " + socket.local() + " is full: ")
            .then(
                Phrases.count(
                    (int) queue.waiting(), "connection waits for ", "connections wait for "))
            .then(who)
            .then(", which does not accept them, and further clients get no answer"));
  }
}
