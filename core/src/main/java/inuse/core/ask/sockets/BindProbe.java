package inuse.core.ask.sockets;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.io.Addresses;
import inuse.core.io.ServerSocket;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the kernel: binds as the newcomer would, and closes at once. Never listens, so that no
 * client can ever reach it. For another user the calling thread takes that user's id meanwhile, and
 * with it that user's capabilities: none, except for root.
 */
public final class BindProbe {
  private final SystemCalls calls;

  public BindProbe(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * One probe for each address, and a second with SO_REUSEADDR where the first failed with
   * EADDRINUSE.
   */
  public List<Probe> probe(PortTarget target, Newcomer newcomer) {
    long own = calls.getEffectiveUid();
    if (own == newcomer.uid().number()) {
      return probeAsOneself(target, newcomer);
    }
    int became = calls.setEffectiveUid(newcomer.uid().number());
    if (became < 0) {
      return target.addresses().stream()
          .map(address -> refused(address, newcomer, "setresuid", became))
          .toList();
    }
    try {
      return probeAsOneself(target, newcomer);
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

  private List<Probe> probeAsOneself(PortTarget target, Newcomer newcomer) {
    List<Probe> probes = new ArrayList<>();
    for (IpAddress address : target.addresses()) {
      Probe plain = one(target, newcomer, address);
      probes.add(plain);
      if (plain.failedWith(ErrnoName.EADDRINUSE) && !newcomer.reuseAddress()) {
        probes.add(one(target, newcomer.withReuseAddress(), address));
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
