package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A socket of the kernel itself.
 *
 * <p>Also: kernel, wireguard, vxlan, nfs
 *
 * <h2>What it is</h2>
 *
 * Tunnels (vxlan, geneve, wireguard, l2tp, gtp), the NFS server and the NFS client open sockets
 * inside the kernel. No process has such a socket, so there is none to be ended.
 *
 * <h2>Why bind fails</h2>
 *
 * A socket of the kernel takes its port as any other does.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -uanpe 'sport = :4789'} shows the socket without a process, in control group {@code /}.
 * {@code ip -d link show type vxlan}; {@code wg show all listen-port}; {@code cat
 * /proc/fs/nfsd/portlist}.
 *
 * <h2>What to do</h2>
 *
 * Remove or reconfigure the device, or stop the NFS server, through whatever set it up: it may come
 * back otherwise.
 *
 * <h2>What not to do</h2>
 *
 * {@code ss -K} says that it worked, but the port stays held.
 *
 * <h2>Source</h2>
 *
 * ip-link(8); rtnetlink(7); sock_create_kern(), net/socket.c.
 */
public record KernelSocket(Blockers blockers) implements SocketCause {
  /**
   * Claims sockets without a process, where root sees every process of the host; if one could not
   * be looked into, only where the kernel names the device.
   */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    PortSnapshot snapshot = unclaimed.snapshot();
    SearchCoverage coverage = snapshot.coverage();
    boolean proven = coverage.kernelUsers().stream().anyMatch(KernelUser::proven);
    if (coverage.rights() == SearchCoverage.Rights.USER
        || !coverage.wholeHost()
        || !(coverage.complete() || proven)) {
      return Optional.empty();
    }
    return unclaimed
        .claim(socket -> isOfTheKernel(socket) && snapshot.holdersOf(socket).isEmpty())
        .map(KernelSocket::new);
  }

  /** The kernel makes its own as root, outside all control groups. */
  private static boolean isOfTheKernel(BoundSocket socket) {
    boolean outside =
        switch (socket.cgroup()) {
          case Reading.Known<Untrusted>(Untrusted path) -> path.bytes().equals("/");
          case Reading.Unknown<Untrusted>(Reading.Why why) -> why == Reading.Why.UNSUPPORTED;
        };
    return outside && socket.inode().isPresent() && socket.owner().uid().equals(Uid.ROOT);
  }

  /** Those of whom it is proven, else those that may. */
  private List<KernelUser> users() {
    List<KernelUser> users = blockers.snapshot().coverage().kernelUsers();
    List<KernelUser> proven = users.stream().filter(KernelUser::proven).toList();
    return proven.isEmpty() ? users : proven;
  }

  @Override
  public String id() {
    return "kernel-socket";
  }

  @Override
  public Phrase summary() {
    Phrase phrase = Phrase.of("the kernel itself holds ").then(Phrases.places(sockets()));
    boolean first = true;
    for (KernelUser user : users()) {
      phrase = phrase.then(first ? (user.proven() ? ", for " : ", perhaps for ") : " and ");
      phrase = phrase.then(new Untrusted(user.subsystem()));
      if (user.device().isPresent()) {
        phrase = phrase.then(" device ").then(user.device().get());
      }
      first = false;
    }
    return phrase;
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        users().isEmpty()
            ? "every process was looked into and none has it; which part of the kernel it is cannot"
                + " be told: no tunnel device and no NFS server known here has this port"
            : "a socket of the kernel takes its port as any other does; there is no process to be"
                + " ended");
  }

  @Override
  public List<Remedy> remedies() {
    if (users().isEmpty()) {
      return List.of(
          new Remedy(
              Remedy.Id.USE_OTHER_PORT,
              List.of(),
              false,
              Phrase.of(
                  "use another port, or find out what set the kernel up: ip -d link, lsmod")));
    }
    return users().stream().map(this::remedy).toList();
  }

  private Remedy remedy(KernelUser user) {
    if (user.device().isPresent()) {
      return Remedies.removeDevice(user, user.device().get(), blockers.snapshot());
    }
    return new Remedy(
        user.proven() ? Remedy.Id.STOP_UNIT : Remedy.Id.USE_OTHER_PORT,
        List.of(),
        true,
        Phrase.of(
            user.proven()
                ? "stop the NFS server: systemctl stop nfs-server, or rpc.nfsd 0"
                : "unmount the NFS file system whose connection it is, or use a port outside"
                    + " 665-1023"));
  }
}
