package inuse.core.ask.holders;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether holders still have what they were seen with. Whoever examines a socket, as another inuse
 * does, has a duplicate of it for a moment, and is no holder.
 */
public final class StillHeld {
  private StillHeld() {}

  /**
   * Whether each listening one of these sockets is where it was seen; accepted ones come and go.
   */
  public static boolean areAll(Proc proc, List<BoundSocket> sockets, List<Holder> holders) {
    Set<Inode> listening =
        sockets.stream()
            .filter(one -> one.state() == SocketState.LISTEN)
            .flatMap(one -> one.inode().stream())
            .collect(Collectors.toSet());
    return holders.stream()
        .allMatch(holder ->
            holder.sockets().stream()
                .filter(one -> listening.contains(one.inode()))
                .allMatch(one -> isOpen(proc, holder, one)));
  }

  private static boolean isOpen(Proc proc, Holder holder, Holder.OpenSocket socket) {
    return switch (proc.link("/proc/" + holder.pid() + "/fd/" + socket.fd())) {
      case CallResult.Ok<String>(String target) ->
          ProcessFiles.socketInode(target) == socket.inode().number();
      case CallResult.Failed<String>(var why) -> Readings.of(why.errno()) != Reading.Why.VANISHED;
    };
  }
}
