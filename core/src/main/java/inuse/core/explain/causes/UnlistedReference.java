package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Via;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A socket that is kept alive though no process lists it among its open files.
 *
 * <h2>What it is</h2>
 *
 * A socket lives as long as anything refers to it, and a descriptor in /proc/PID/fd is only the
 * usual way. It may also be in the table of a single thread ({@code thread-table}), in a call to
 * accept(2) that still waits though the descriptor was closed ({@code blocked-accept}), in a
 * message that no process has received ({@code scm-rights}), in an io_uring ({@code io-uring}) or
 * mapped into memory ({@code mmap}).
 *
 * <h2>Why bind fails</h2>
 *
 * The socket exists and is bound: how it is kept alive makes no difference to the kernel.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tln 'sport = :8080'} shows the socket without a process, also to root. {@code ls -l
 * /proc/PID/task/TID/fd}; {@code cat /proc/PID/task/TID/wchan} (inet_csk_accept); {@code grep
 * scm_fds /proc/PID/fdinfo/*}; {@code grep -A9 UserFiles /proc/PID/fdinfo/*}; {@code grep socket:
 * /proc/PID/maps}.
 *
 * <h2>What to do</h2>
 *
 * End the process that keeps it alive. A listener that only a waiting accept(2) keeps can be
 * destroyed alone: {@code ss -K}.
 *
 * <h2>What not to do</h2>
 *
 * Do not reboot because {@code lsof} and {@code fuser} show no process.
 *
 * <h2>Source</h2>
 *
 * unshare(2) CLONE_FILES; unix(7) SCM_RIGHTS; io_uring_register(2); proc_pid_fdinfo(5).
 */
public record UnlistedReference(Blockers blockers) implements SocketCause {
  /** Claims the sockets that were found in a less usual place. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            unclaimed.snapshot().holdersOf(socket).stream()
                    .anyMatch(holder -> holder.reference(socket).isPresent())
                && unclaimed.snapshot().isUnlisted(socket))
        .map(found -> new UnlistedReference(Listener.withConnections(found, unclaimed)));
  }

  @Override
  public String id() {
    return "unlisted-reference";
  }

  @Override
  public Optional<String> via() {
    return vias().stream().findFirst().map(Via::word);
  }

  private Set<Via> vias() {
    Set<Via> vias = new TreeSet<>();
    references().forEach(one -> vias.add(one.via()));
    return vias;
  }

  private Stream<Holder.Reference> references() {
    return sockets().stream()
        .flatMap(socket -> holders().stream().flatMap(holder -> holder.reference(socket).stream()));
  }

  /** Whether what keeps the sockets alive is proven. */
  public boolean isSure() {
    return references().allMatch(Holder.Reference::sure);
  }

  @Override
  public Phrase summary() {
    String likely = isSure() ? "" : "likely ";
    Phrase phrase =
        Phrases.subject(blockers, likely + "keeps ", likely + "keep ")
            .then(Phrases.places(blockers.sockets()))
            .then(" alive ");
    boolean first = true;
    for (Via via : vias()) {
      phrase = phrase.then(first ? "" : " and ").then(words(via));
      first = false;
    }
    return phrase;
  }

  private String words(Via via) {
    boolean udp = sockets().stream().anyMatch(one -> one.protocol() == Protocol.UDP);
    return switch (via) {
      case THREAD_TABLE -> "in a thread's own table of descriptors";
      case BLOCKED_ACCEPT ->
          "by a thread that still waits in "
              + (udp ? "recv()" : "accept()")
              + " on a descriptor that was closed";
      case SCM_RIGHTS -> "as a descriptor that was sent through a unix socket and not received yet";
      case IO_URING -> "through an io_uring";
      case MMAP -> "by a mapping in memory";
    };
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        isSure()
            ? "a socket lives as long as anything refers to it; here that is no descriptor in"
                + " /proc/PID/fd, so ss -p, lsof and fuser show no process"
            : "a socket lives as long as anything refers to it; no /proc/PID/fd lists this one, and"
                + " what is named here is what may keep it, which the kernel does not tell for"
                + " sure");
  }

  /** Of several candidates only the socket itself can be ended without harming the wrong one. */
  @Override
  public List<Remedy> remedies() {
    List<Remedy> stop = Remedies.stop(blockers);
    if (!isWaitedOnOnly()) {
      return stop;
    }
    Stream<Remedy> alone =
        Stream.of(
            Remedies.destroy(
                blockers.snapshot(),
                "ends the socket alone; a thread that waits in accept() gets EINVAL"));
    return (isSure() ? Stream.concat(stop.stream(), alone) : Stream.concat(alone, stop.stream()))
        .toList();
  }

  /** Whether they are listeners that nothing but a waiting accept(2) keeps alive. */
  public boolean isWaitedOnOnly() {
    return sockets().stream().allMatch(UnlistedReference::isListener)
        && references().allMatch(one -> one.via() == Via.BLOCKED_ACCEPT);
  }

  private static boolean isListener(BoundSocket socket) {
    return socket.state() == SocketState.LISTEN;
  }
}
