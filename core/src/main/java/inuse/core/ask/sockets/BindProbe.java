package inuse.core.ask.sockets;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.io.Addresses;
import inuse.core.io.ServerSocket;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Asks the kernel: binds as the newcomer would, and closes at once. Never listens, so that no
 * client can ever reach it. For another user the calling thread takes that user's id meanwhile, and
 * with it that user's capabilities: none, except for root.
 *
 * <p>A bind that succeeds, for a moment, refuses that port to everybody who starts a server there,
 * but one with SO_REUSEADDR refuses it to no server that sets the option too, as nearly all do. So
 * a plain bind is made only where it says more: not on a port that no socket has.
 */
public final class BindProbe {
  private final SystemCalls calls;

  public BindProbe(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * The probes of each address. The first is as asked, or with SO_REUSEADDR where that proves as
   * much; a second has SO_REUSEADDR where the first failed with EADDRINUSE.
   *
   * @param unused whether no socket has the port, as far as all of them are seen; asked at most
   *     once
   */
  public List<Probe> probe(PortTarget target, Newcomer newcomer, BooleanSupplier unused) {
    long own = calls.getEffectiveUid();
    if (own == newcomer.uid().number()) {
      return probeAsOneself(target, newcomer, unused);
    }
    int became = calls.setEffectiveUid(newcomer.uid().number());
    if (became < 0) {
      return target.addresses().stream()
          .map(address -> refused(address, newcomer, "setresuid", became))
          .toList();
    }
    try {
      return probeAsOneself(target, newcomer, unused);
    } finally {
      becomeAgain(own);
    }
  }

  private void becomeAgain(long own) {
    int returned = calls.setEffectiveUid(own);
    if (returned < 0) {
      throw new IllegalStateException("setresuid back to " + own + ": " + Errno.of(returned));
    }
  }

  private List<Probe> probeAsOneself(PortTarget target, Newcomer newcomer, BooleanSupplier unused) {
    if (newcomer.reuseAddress() || target.port().isAny()) {
      return asAsked(target, newcomer, List.of());
    }
    // Of UDP it would take a server's datagrams meanwhile, so the table is asked first.
    if (target.protocol() == Protocol.UDP && !unused.getAsBoolean()) {
      return asAsked(target, newcomer, List.of());
    }
    List<Probe> mild =
        target.addresses().stream()
            .map(address -> one(target, newcomer.withReuseAddress(), address))
            .toList();
    boolean enough =
        mild.stream().allMatch(probe -> probe.isAllowed() || probe.familyIsMissing())
            && (target.protocol() == Protocol.UDP || unused.getAsBoolean());
    return enough ? mild : asAsked(target, newcomer, mild);
  }

  /**
   * The probes with exactly what was asked. What is refused with SO_REUSEADDR is refused without
   * it: that bind is not made, since it would succeed only where the holder has just ended, and
   * then refuse the next server.
   *
   * @param mild those with SO_REUSEADDR, where they have been made. One that succeeded is made
   *     again: what refuses the plain bind may have come after it.
   */
  private List<Probe> asAsked(PortTarget target, Newcomer newcomer, List<Probe> mild) {
    List<Probe> probes = new ArrayList<>();
    for (IpAddress address : target.addresses()) {
      Optional<Probe> refused =
          mild.stream()
              .filter(one -> one.address().equals(address) && one.failedWith(ErrnoName.EADDRINUSE))
              .findFirst();
      Probe asked =
          refused
              .map(one -> new Probe(address, newcomer.reuseAddress(), one.result()))
              .orElseGet(() -> one(target, newcomer, address));
      probes.add(asked);
      if (asked.failedWith(ErrnoName.EADDRINUSE) && !newcomer.reuseAddress()) {
        probes.add(refused.orElseGet(() -> one(target, newcomer.withReuseAddress(), address)));
      }
    }
    return probes;
  }

  private Probe one(PortTarget target, Newcomer newcomer, IpAddress address) {
    int fd = ServerSocket.make(calls, target.protocol(), address);
    if (fd < 0) {
      return refused(address, newcomer, "socket", fd);
    }
    try {
      int set = ServerSocket.setOptions(calls, fd, newcomer, address);
      if (set < 0) {
        return refused(address, newcomer, "setsockopt", set);
      }
      Endpoint place = new Endpoint(address, target.port());
      int bound = calls.bind(fd, Addresses.socketAddress(place));
      return bound < 0
          ? refused(address, newcomer, "bind", bound)
          : new Probe(address, newcomer.reuseAddress(), new Probe.Result.Allowed());
    } finally {
      calls.close(fd);
    }
  }

  private static Probe refused(IpAddress address, Newcomer newcomer, String call, int rawResult) {
    return new Probe(
        address,
        newcomer.reuseAddress(),
        new Probe.Result.Refused(call, new ErrnoName(Errno.of(rawResult).toString())));
  }
}
