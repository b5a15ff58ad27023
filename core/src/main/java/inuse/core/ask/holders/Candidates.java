package inuse.core.ask.holders;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Via;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The processes that may keep a socket alive, of which only its kind is known. */
final class Candidates {
  private final Proc proc;
  private final Reading<Long> networkNamespace;
  private final Set<Candidate> all = new LinkedHashSet<>();

  Candidates(Proc proc, Reading<Long> networkNamespace) {
    this.proc = proc;
    this.networkNamespace = networkNamespace;
  }

  /** The kind of socket. */
  enum Kind {
    LISTENER,
    DATAGRAM,
    ANY
  }

  /** One process, and how it may keep the socket. */
  record Candidate(Pid pid, Via via, Kind kind) {
    boolean fits(BoundSocket socket) {
      return switch (kind) {
        case LISTENER -> socket.state() == SocketState.LISTEN;
        case DATAGRAM -> socket.protocol() == Protocol.UDP;
        case ANY -> true;
      };
    }
  }

  /**
   * Adds one. Sockets belong to a network namespace, and a process in another one hardly holds
   * them.
   */
  void add(int pid, Via via, Kind kind) {
    boolean here =
        switch (proc.link("/proc/" + pid + "/ns/net")) {
          case CallResult.Failed<String> failed -> true;
          case CallResult.Ok<String>(String target) ->
              networkNamespace.toOptional().isEmpty()
                  || networkNamespace.is(ProcessFiles.namespaceInode(target));
        };
    if (here) {
      all.add(new Candidate(new Pid(pid), via, kind));
    }
  }

  /** Those that may keep that one. */
  List<Candidate> of(BoundSocket socket) {
    return all.stream().filter(one -> one.fits(socket)).toList();
  }
}
