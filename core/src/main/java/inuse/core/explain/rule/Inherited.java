package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.SocketState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A listening socket that a program has only because whoever started it had it open: fork(2) and
 * execve(2) keep a descriptor that is not marked close-on-exec. Such a program accepts nothing, and
 * does not even know of it.
 *
 * @param from the process that has it too, and started it; empty where that is gone
 */
public record Inherited(Holder holder, Optional<Holder> from) {
  /** Programs that make no sockets: shells, and what scripts start to wait, copy and run others. */
  private static final Set<String> SOCKETLESS =
      Set.of(
          "sh",
          "dash",
          "bash",
          "ksh",
          "fish",
          "sleep",
          "tail",
          "cat",
          "tee",
          "less",
          "more",
          "make",
          "find",
          "xargs",
          "grep",
          "sed",
          "sort",
          "timeout",
          "nohup",
          "setsid",
          "nice",
          "env",
          "watch",
          "inotifywait",
          "yes",
          "tar",
          "gzip",
          "dd",
          "tini",
          "dumb-init",
          "flock");

  /** Every process that has inherited a listening socket of these, instead of making it. */
  public static List<Inherited> of(List<BoundSocket> sockets, PortSnapshot snapshot) {
    List<BoundSocket> listening =
        sockets.stream().filter(one -> one.state() == SocketState.LISTEN).toList();
    return snapshot.holders().stream()
        .filter(holder -> listening.stream().anyMatch(holder::holds))
        .flatMap(holder -> of(holder, listening, snapshot).stream())
        .toList();
  }

  private static Optional<Inherited> of(
      Holder holder, List<BoundSocket> listening, PortSnapshot snapshot) {
    Optional<Holder> from =
        holder.ancestry().stream()
            .map(one -> one.pid())
            .filter(pid -> pid.number() != 1)
            .flatMap(pid ->
                snapshot.holders().stream()
                    .filter(other -> other.pid().equals(pid))
                    .filter(
                        other -> listening.stream().filter(holder::holds).anyMatch(other::holds)))
            .findFirst();
    boolean other = from.filter(one -> !one.program().equals(holder.program())).isPresent();
    return other || (from.isEmpty() && isSocketless(holder))
        ? Optional.of(new Inherited(holder, from))
        : Optional.empty();
  }

  /** By its executable; busybox is many programs, and then by the name that it was called by. */
  private static boolean isSocketless(Holder holder) {
    String program = holder.program().bytes();
    return SOCKETLESS.contains(program.equals("busybox") ? holder.command().bytes() : program);
  }
}
