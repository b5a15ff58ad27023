package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Severity;
import java.util.List;
import java.util.Set;

/** A cause that is made of sockets in the way. */
public sealed interface SocketCause extends Cause
    permits HeldPort,
        HeldByOwnRun,
        ZombieLeader,
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
        SearchEnded,
        HiddenHolder,
        OutgoingConnection,
        OpenConnection,
        ClosingConnection,
        TimeWait {

  Blockers blockers();

  @Override
  default Severity severity() {
    return blockers().severity();
  }

  @Override
  default Set<BindMode> blocks() {
    return blockers().blocks();
  }

  @Override
  default List<BoundSocket> sockets() {
    return blockers().sockets();
  }

  @Override
  default List<Holder> holders() {
    return blockers().holders();
  }
}
