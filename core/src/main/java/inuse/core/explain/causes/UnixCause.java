package inuse.core.explain.causes;

import inuse.core.evidence.Holder;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import java.util.List;

/** A cause that is made of unix sockets. */
public sealed interface UnixCause extends Cause permits AbstractSocket, LiveSocketFile {
  UnixSnapshot snapshot();

  @Override
  default List<UnixSocket> unixSockets() {
    return snapshot().sockets();
  }

  @Override
  default List<Holder> holders() {
    return snapshot().holders();
  }
}
