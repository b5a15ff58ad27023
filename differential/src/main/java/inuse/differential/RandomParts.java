package inuse.differential;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Random parts that snapshots of ports and of unix sockets are made of. */
final class RandomParts {
  private static final IpAddress LOOPBACK_V4 = new IpAddress(IpAddress.Family.V4, 0, 0x7f000001L);
  private static final IpAddress LOOPBACK_V6 = new IpAddress(IpAddress.Family.V6, 0, 1);
  private static final IpAddress MAPPED = new IpAddress(IpAddress.Family.V6, 0, 0xffff_7f00_0001L);
  private static final IpAddress MAPPED_ANY =
      new IpAddress(IpAddress.Family.V6, 0, 0xffff_0000_0000L);

  /** Addresses that meet each other often. */
  static final List<IpAddress> ADDRESSES =
      List.of(IpAddress.ANY_V4, IpAddress.ANY_V6, LOOPBACK_V4, LOOPBACK_V6, MAPPED, MAPPED_ANY);

  private static final List<String> ERRNOS =
      List.of(
          "EADDRINUSE",
          "EADDRINUSE",
          "EADDRINUSE",
          "EACCES",
          "EPERM",
          "EADDRNOTAVAIL",
          "EAFNOSUPPORT",
          "EMFILE",
          "errno 4000");

  /** When nearly all snapshots are made, in milliseconds since the epoch. */
  static final long NOW = 1_795_335_000_000L;

  private final RandomInputs random;

  RandomParts(RandomInputs random) {
    this.random = random;
  }

  Newcomer newcomer() {
    boolean[] set = {random.oneIn(4), random.oneIn(4), random.oneIn(4)};
    OptionalInt device = random.oneIn(6) ? OptionalInt.of(random.below(3)) : OptionalInt.empty();
    return new Newcomer(uid(), set[0], set[1], set[2], device);
  }

  IpAddress address() {
    if (!random.oneIn(5)) {
      return random.pick(ADDRESSES);
    }
    if (random.coin()) {
      return new IpAddress(IpAddress.Family.V4, 0, random.bits() & 0xffffffffL);
    }
    long[] drawn = {random.number(), random.below(4), random.number()};
    return new IpAddress(IpAddress.Family.V6, drawn[0] << (16 * drawn[1]), drawn[2]);
  }

  <T> List<T> several(int count, Supplier<T> one) {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(one.get());
    }
    return all;
  }

  <T> Optional<T> maybe(int chances, Supplier<T> one) {
    return random.oneIn(chances) ? Optional.of(one.get()) : Optional.empty();
  }

  <T> Reading<T> reading(Supplier<T> one) {
    return random.oneIn(3)
        ? Reading.unknown(random.pick(List.of(Reading.Why.values())))
        : Reading.known(one.get());
  }

  Uid uid() {
    return new Uid(random.oneIn(12) ? random.bits() & 0xffffffffL : 1000L * random.below(3));
  }

  Untrusted foreign() {
    return new Untrusted(random.foreign(random.oneIn(20) ? 40 : 4));
  }

  Account account() {
    return new Account(uid(), maybe(2, this::foreign));
  }

  Endpoint endpoint(Port port) {
    return new Endpoint(address(), port);
  }

  Inode inode() {
    return new Inode(
        random.oneIn(20) ? 1 + (random.natural() >> 1) : RandomDatagrams.inode(random));
  }

  Probe.Result result() {
    return random.oneIn(3)
        ? new Probe.Result.Allowed()
        : new Probe.Result.Refused(
            random.pick(List.of("bind", "bind", "socket", "setsockopt")),
            new ErrnoName(random.pick(ERRNOS)));
  }

  Pid pid() {
    return new Pid(1 + (random.oneIn(10) ? (int) (random.bits() >>> 34) : random.below(100)));
  }

  List<Ancestor> ancestry(int most) {
    return several(
        random.below(most),
        () -> new Ancestor(pid(), foreign(), random.pick(List.of(Tie.values()))));
  }

  Gap gap() {
    return new Gap(
        Gap.Subject.OPEN_FILES,
        "/proc/PID/fd of " + random.below(9) + " processes",
        random.pick(List.of(Reading.Why.values())),
        "run as root");
  }
}
