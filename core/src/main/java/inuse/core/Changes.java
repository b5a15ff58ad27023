package inuse.core;

import inuse.core.ask.sockets.SocketDigest;
import inuse.core.events.Event;
import inuse.core.events.SegmentTail;
import inuse.core.events.Segments;
import inuse.core.evidence.Port;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.netlink.DestroyedSockets;
import inuse.kernel.proc.ProcessFiles;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether what is bound in this network namespace may have changed. The kernel tells when a socket
 * ends, but not when one is bound: that is found by a look, which takes less than a millisecond, or
 * told by a recorder that ran already when this was made.
 */
public final class Changes implements AutoCloseable {
  private final SocketDigest digest;
  private final Optional<DestroyedSockets> ended;
  private final Optional<SegmentTail> recorder;
  private final long namespace;
  private OptionalLong last = OptionalLong.empty();

  Changes(Host host) {
    digest = new SocketDigest(host);
    ended =
        DestroyedSockets.open(host.calls()) instanceof CallResult.Ok<DestroyedSockets>(var opened)
            ? Optional.of(opened)
            : Optional.empty();
    recorder = new Segments(host, Segments.DIRECTORY).newLines();
    namespace =
        host.proc().link("/proc/self/ns/net") instanceof CallResult.Ok<String>(String link)
            ? ProcessFiles.namespaceInode(link)
            : 0;
  }

  /** Whether a recorder tells, too: what it tells is read by {@link #areRecorded}. */
  public boolean isRecorded() {
    return recorder.isPresent();
  }

  /** Reads what the recorder told since the last time; whether anything was bound or released. */
  public boolean areRecorded() {
    boolean any = false;
    Optional<Event> event = recorder.flatMap(SegmentTail::nextEvent);
    while (event.isPresent()) {
      any |= event.get() instanceof Event.Socket socket && !socket.already() && isHere(socket);
      event = recorder.flatMap(SegmentTail::nextEvent);
    }
    return any;
  }

  /** The recorder leaves out the network namespace that is its own. */
  private boolean isHere(Event.Socket socket) {
    Optional<Long> its = recorder.flatMap(SegmentTail::start).map(Event.Start::netns);
    return socket.place().netns().or(() -> its).equals(Optional.of(namespace));
  }

  /**
   * A descriptor that can be read when a socket has ended; empty where the kernel does not tell.
   */
  public OptionalInt descriptor() {
    return ended.isPresent() ? OptionalInt.of(ended.get().fd()) : OptionalInt.empty();
  }

  /** Takes what the kernel told; whether one of these ports may have been given up. */
  public boolean haveEnded(Set<Port> ports) {
    return ended
        .filter(one -> one.take(port -> port > 0 && ports.contains(new Port(port))))
        .isPresent();
  }

  /**
   * Looks, and tells whether anything is bound in another way than at the last look; also where
   * that could not be seen.
   */
  public boolean areThere() {
    OptionalLong now = digest.read();
    boolean alike = now.isPresent() && now.equals(last);
    last = now;
    return !alike;
  }

  @Override
  public void close() {
    ended.ifPresent(DestroyedSockets::close);
    recorder.ifPresent(SegmentTail::close);
  }
}
