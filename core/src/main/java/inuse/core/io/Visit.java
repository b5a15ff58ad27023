package inuse.core.io;

import inuse.core.evidence.Namespace;
import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import java.util.Optional;
import java.util.function.Supplier;

/** Something is done in a network namespace; the files that are seen stay those of here. */
public final class Visit {
  private final Host host;
  private final Proc proc;

  public Visit(Host host) {
    this.host = host;
    proc = host.proc();
  }

  /**
   * Does it there, or says what kept us out.
   *
   * @param place empty for where we are
   */
  public <T> CallResult<T> in(Optional<Namespace> place, Supplier<T> deed) {
    Optional<Namespace> there = place.filter(one -> !one.own());
    if (there.isEmpty()) {
      return new CallResult.Ok<>(deed.get());
    }
    return new NamespaceSwitch(host).within(there.get().path(), deed);
  }

  /** The inode of the network namespace in which we are. */
  public Reading<Long> namespace() {
    return NamespaceSwitch.networkNamespace(proc, NamespaceSwitch.OWN);
  }

  /**
   * Whether that is the one of PID 1, by which the host's is told; in a container with processes of
   * its own it is the container's.
   */
  public Reading<Boolean> isOfInit() {
    Reading<Long> own = namespace();
    Reading<Long> init = NamespaceSwitch.networkNamespace(proc, "/proc/1/ns/net");
    return switch (init) {
      case Reading.Unknown<Long>(Reading.Why why) -> Reading.unknown(why);
      case Reading.Known<Long>(Long inode) ->
          switch (own) {
            case Reading.Unknown<Long>(Reading.Why why) -> Reading.unknown(why);
            case Reading.Known<Long>(Long here) -> Reading.known(here.equals(inode));
          };
    };
  }
}
