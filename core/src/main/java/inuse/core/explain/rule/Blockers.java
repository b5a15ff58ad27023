package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.explain.rule.BindRule.Outcome;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sockets of one cause that are in the way, and the newcomers that they refuse.
 *
 * @param blocks the newcomers that at least one of the sockets refuses
 */
public record Blockers(PortSnapshot snapshot, List<BoundSocket> sockets, Set<BindMode> blocks) {
  public Blockers {
    sockets = List.copyOf(sockets);
    blocks = Collections.unmodifiableSet(new TreeSet<>(blocks));
  }

  /** The processes that hold any of the sockets, by pid. */
  public List<Holder> holders() {
    Set<Pid> theirs = new HashSet<>();
    sockets.forEach(socket -> snapshot.holdersOf(socket).forEach(one -> theirs.add(one.pid())));
    return snapshot.holders().stream().filter(one -> theirs.contains(one.pid())).toList();
  }

  /** Whether a server would be let in if only it set SO_REUSEADDR. */
  public boolean reuseAddressHelps() {
    return !blocks.contains(BindMode.REUSEADDR);
  }

  /**
   * The same as far as it is known: an option that could not be read is told by a probe, unless
   * another socket would have refused that probe anyway.
   */
  public Reading<Boolean> reuseAddress() {
    boolean known =
        reuseAddressHelps()
            || snapshot.target().addresses().stream().anyMatch(this::surelyRefusesReuseAddress);
    return known ? Reading.known(reuseAddressHelps()) : Reading.unknown(Reading.Why.UNREADABLE);
  }

  private boolean surelyRefusesReuseAddress(IpAddress address) {
    if (sockets.stream().anyMatch(one -> withReuseAddress(one, address) == Outcome.REFUSED)) {
      return true;
    }
    boolean refused =
        Verdict.withReuseAddress(snapshot.probes(), address)
            .filter(probe -> probe.failedWith(ErrnoName.EADDRINUSE))
            .isPresent();
    return refused
        && sockets.stream().anyMatch(one -> withReuseAddress(one, address) == Outcome.DEPENDS)
        && snapshot.sockets().stream()
            .noneMatch(one -> withReuseAddress(one, address) == Outcome.REFUSED);
  }

  private Outcome withReuseAddress(BoundSocket socket, IpAddress address) {
    return BindRule.bind(socket, snapshot.newcomer().withReuseAddress(), address);
  }

  /**
   * Critical, unless SO_REUSEADDR or time frees the port. Sharing is no solution for UDP: one of
   * the sockets gets the datagrams.
   */
  public Severity severity() {
    boolean udp = sockets.stream().anyMatch(socket -> socket.protocol() == Protocol.UDP);
    boolean timeHelps = sockets.stream().allMatch(socket -> socket.expires().isPresent());
    return !udp && (reuseAddressHelps() || timeHelps) ? Severity.WARNING : Severity.CRITICAL;
  }

  /** The union of both. */
  public Blockers with(Blockers more) {
    Set<BindMode> both = new TreeSet<>(blocks);
    both.addAll(more.blocks);
    return new Blockers(
        snapshot, Stream.concat(sockets.stream(), more.sockets.stream()).toList(), both);
  }
}
