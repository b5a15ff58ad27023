package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.explain.rule.Held;
import inuse.core.explain.rule.Refused;
import inuse.core.explain.rule.Severity;
import java.util.List;
import java.util.Set;

/** A cause that is made of sockets in the way. */
public sealed interface SocketCause extends Cause
    permits ZombieLeader,
        UnlistedReference,
        KernelSocket,
        SocketActivation,
        ContainerPort,
        OrphanedChild,
        PreviousInstance,
        AnotherService,
        ReuseportMismatch,
        SelfConnection,
        ListenConflict,
        Listener,
        BoundNotListening,
        UdpSocket,
        HiddenHolder,
        OutgoingConnection,
        OpenConnection,
        ClosingConnection,
        TimeWait {

  Held held();

  @Override
  default Severity severity() {
    return held().severity();
  }

  @Override
  default Set<Refused> blocks() {
    return held().blocks();
  }

  @Override
  default List<BoundSocket> sockets() {
    return held().sockets();
  }

  @Override
  default List<Holder> holders() {
    return held().holders();
  }
}
