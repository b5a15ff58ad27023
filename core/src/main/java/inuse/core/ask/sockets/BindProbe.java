package inuse.core.ask.sockets;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Late;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.io.Addresses;
import inuse.core.io.ServerSocket;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Asks the kernel: binds as the newcomer would, and closes at once. Never listens, so that no
 * client can ever reach it. For another user the calling thread takes that user's id meanwhile, and
 * with it that user's capabilities: none, except for root.
 *
 * <p>A bind that succeeds, for a moment, refuses that port to everybody who starts a server there,
 * but one with SO_REUSEADDR refuses it to no server that sets the option too, as nearly all do. So
 * a plain bind is made only where it can say more: where a bind with the option has succeeded, and
 * a socket has the port that the option may have passed. It passes no listener.
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
   * @param optionIsNothing whether the option makes no difference to the sockets that have the
   *     port, as far as all of them are seen; asked at most once
   */
  public List<Probe> probe(PortTarget target, Newcomer newcomer, BooleanSupplier optionIsNothing) {
    long own = calls.getEffectiveUid();
    if (own == newcomer.uid().number()) {
      return probeAsOneself(target, newcomer, optionIsNothing);
    }
    int became = calls.setEffectiveUid(newcomer.uid().number());
    if (became < 0) {
      return target.addresses().stream()
          .map(address -> refused(address, newcomer, "setresuid", became))
          .toList();
    }
    try {
      return probeAsOneself(target, newcomer, optionIsNothing);
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

  private List<Probe> probeAsOneself(
      PortTarget target, Newcomer newcomer, BooleanSupplier optionIsNothing) {
    Binds binds = new Binds(target, newcomer);
    Late<Boolean> nothing = new Late<>(optionIsNothing::getAsBoolean);
    boolean asItIs =
        newcomer.reuseAddress()
            || target.port().isAny()
            // Of UDP it would take a server's datagrams meanwhile, so the table is asked first.
            || (target.protocol() == Protocol.UDP && !nothing.get());
    if (asItIs) {
      return target.addresses().stream()
          .flatMap(address -> binds.asAsked(address).stream())
          .toList();
    }
    // All of them before the table is asked: it then shows what refused any.
    List<Probe> mild = target.addresses().stream().map(binds::withOption).toList();
    return mild.stream().flatMap(probe -> binds.completed(probe, nothing).stream()).toList();
  }

  /** The binds that answer for one address. */
  private final class Binds {
    private final PortTarget target;
    private final Newcomer newcomer;

    Binds(PortTarget target, Newcomer newcomer) {
      this.target = target;
      this.newcomer = newcomer;
    }

    Probe withOption(IpAddress address) {
      return one(target, newcomer.withReuseAddress(), address);
    }

    List<Probe> asAsked(IpAddress address) {
      Probe asked = one(target, newcomer, address);
      return asked.failedWith(ErrnoName.EADDRINUSE) && !newcomer.reuseAddress()
          ? List.of(asked, withOption(address))
          : List.of(asked);
    }

    /**
     * What a bind with the option says of one without. What is refused so is refused without it,
     * too: that bind is not made, since it would succeed only where the holder has just ended, and
     * then refuse the next server.
     */
    List<Probe> completed(Probe mild, Late<Boolean> optionIsNothing) {
      if (mild.isAllowed()) {
        // Made again where it matters: what refuses the plain one may have come in between.
        return optionIsNothing.get() ? List.of(mild) : asAsked(mild.address());
      }
      Probe asked = new Probe(mild.address(), newcomer.reuseAddress(), mild.result());
      return mild.failedWith(ErrnoName.EADDRINUSE) ? List.of(asked, mild) : List.of(asked);
    }
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
