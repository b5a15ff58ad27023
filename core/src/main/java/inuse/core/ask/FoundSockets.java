package inuse.core.ask;

import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sockets of one look: those with the port, UDP's besides, and those connected to them. */
record FoundSockets(SocketTable.Found found, List<BoundSocket> udpAlso, List<BoundSocket> clients) {
  Set<Inode> inodes() {
    return inodesOf(List.of(found.sockets(), udpAlso, clients));
  }

  /** The inodes without those of clients, which do not hold the port. */
  Set<Inode> held() {
    return inodesOf(List.of(found.sockets(), udpAlso));
  }

  List<Gap> gaps() {
    if (found.uncounted() == 0) {
      return found.gaps();
    }
    List<Gap> gaps = new ArrayList<>(found.gaps());
    gaps.add(
        new Gap(
            Gap.Subject.SOCKETS,
            found.uncounted() + " more sockets with this port",
            Reading.Why.TOO_MANY,
            "ss -tan shows them"));
    return gaps;
  }

  private static Set<Inode> inodesOf(List<List<BoundSocket>> lists) {
    Set<Inode> inodes = new HashSet<>();
    lists.forEach(list -> list.forEach(socket -> socket.inode().ifPresent(inodes::add)));
    return inodes;
  }
}
