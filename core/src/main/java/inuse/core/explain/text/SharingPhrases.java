package inuse.core.explain.text;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.explain.rule.Sharing;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What it means to have a port together with somebody. */
public final class SharingPhrases {
  private SharingPhrases() {}

  /** A note for each kind of sharing, on a port that can be bound beside those who have it. */
  public static List<Note> notes(PortSnapshot seen) {
    Map<Sharing, List<BoundSocket>> kinds = new EnumMap<>(Sharing.class);
    for (BoundSocket socket : Sharing.admitting(seen)) {
      Sharing.address(socket, seen)
          .map(address -> Sharing.of(socket, seen.newcomer(), address))
          .ifPresent(kind -> kinds.computeIfAbsent(kind, one -> new ArrayList<>()).add(socket));
    }
    return kinds.entrySet().stream()
        .map(entry -> new Note(Note.Id.SHARED, note(seen, entry.getKey(), entry.getValue())))
        .toList();
  }

  private static Phrase note(PortSnapshot seen, Sharing kind, List<BoundSocket> sockets) {
    List<Holder> holders =
        seen.holders().stream().filter(one -> sockets.stream().anyMatch(one::holds)).toList();
    Phrase who =
        holders.isEmpty()
            ? Phrase.of("a process of ").then(Phrases.account(sockets.getFirst().owner()))
            : Phrases.holders(holders);
    return who.then(holders.size() > 1 ? " have " : " has ")
        .then(Phrases.places(sockets))
        .then(" already: ")
        .then(
            kind == Sharing.SPREAD && sockets.getFirst().protocol() == Protocol.TCP
                ? Phrase.of("new connections are spread over all who listen there (SO_REUSEPORT)")
                : datagrams(kind, Phrases.places(sockets)));
  }

  /**
   * Who gets the datagrams, as a sentence about a socket and {@code yours}.
   *
   * @param held where that socket is
   */
  public static Phrase datagrams(Sharing kind, Phrase held) {
    return switch (kind) {
      case SPREAD ->
          Phrase.of("datagrams of different senders are spread over all of them (SO_REUSEPORT)");
      case OLDER ->
          Phrase.of("what comes to ").then(held).then(" goes on to it, and yours gets the rest");
      case NEWER ->
          Phrase.of("yours gets what comes to its own address, and it keeps only the rest");
      case LAST ->
          Phrase.of("the last to bind gets every unicast datagram, and multicast goes to both");
    };
  }

  /** The same of a socket that is in the way, and a newcomer that would set the option. */
  public static Phrase datagrams(BoundSocket held, PortSnapshot seen) {
    IpAddress wanted =
        seen.target()
            .address()
            .orElse(
                held.local().address().family() == IpAddress.Family.V4
                    ? IpAddress.ANY_V4
                    : IpAddress.ANY_V6);
    return datagrams(
        Sharing.of(held, seen.newcomer().withReuseAddress(), wanted),
        Phrases.places(List.of(held)));
  }
}
