package inuse.core.io;

import static inuse.kernel.abi.Constants.CLONE_NEWNET;
import static inuse.kernel.abi.Constants.CLONE_NEWUSER;
import static inuse.kernel.abi.Constants.NS_GET_USERNS;

import inuse.core.evidence.Namespace;
import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Enters a network namespace and returns: setns(2) of the calling thread. Only the view of the
 * network changes; /proc, its processes and their control groups stay the same, except
 * /proc/thread-self/net and /proc/sys/net, which follow the thread.
 */
public final class NamespaceSwitch {
  /** The thread's own namespace; on a JVM the main thread never moves. */
  public static final String OWN = "/proc/thread-self/ns/net";

  private final SystemCalls calls;
  private final Proc proc;

  public NamespaceSwitch(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /** The result of entering. */
  public sealed interface Entry {
    /**
     * We are inside.
     *
     * @param home a descriptor of the namespace that we came from; none where there is no way back
     */
    record Inside(OptionalInt home) implements Entry {}

    /** The namespace could not be entered. */
    record Refused(SyscallFailed why) implements Entry {}
  }

  /** Runs the deed inside and returns; the failure says why it could not be entered. */
  public <T> CallResult<T> within(String path, Supplier<T> deed) {
    return switch (enter(path)) {
      case Entry.Refused(SyscallFailed why) -> new CallResult.Failed<>(why);
      case Entry.Inside inside -> {
        try {
          yield new CallResult.Ok<>(deed.get());
        } finally {
          var _ = leave(inside);
        }
      }
    };
  }

  /** Enters; the caller must {@link #leave}. */
  public Entry enter(Namespace namespace) {
    return enter(namespace.path());
  }

  private Entry enter(String path) {
    int home = proc.open(OWN);
    if (home < 0) {
      return refused("open", OWN, home);
    }
    int door = proc.openFile(path);
    if (door < 0) {
      calls.close(home);
      return refused("open", path, door);
    }
    try {
      int entered = calls.setNamespace(door, CLONE_NEWNET);
      if (entered >= 0) {
        return new Entry.Inside(OptionalInt.of(home));
      }
      boolean asOwner = entered == -Errno.EPERM.code() && becomeOwner(door);
      if (asOwner) {
        entered = calls.setNamespace(door, CLONE_NEWNET);
      }
      calls.close(home);
      return entered >= 0 ? new Entry.Inside(OptionalInt.empty()) : refused("setns", path, entered);
    } finally {
      calls.close(door);
    }
  }

  /**
   * Enters the user namespace that owns a network namespace, as the user of a rootless container
   * may. There is no way back, and a process with several threads (a JVM) may not do it.
   */
  private boolean becomeOwner(int door) {
    int owner = calls.ioctl(door, NS_GET_USERNS, new byte[0]);
    if (owner < 0) {
      return false;
    }
    try {
      return calls.setNamespace(owner, CLONE_NEWUSER) >= 0;
    } finally {
      calls.close(owner);
    }
  }

  /**
   * Returns to the former namespace.
   *
   * @return whether that succeeded
   */
  public boolean leave(Entry.Inside inside) {
    if (inside.home().isEmpty()) {
      return false;
    }
    int home = inside.home().getAsInt();
    try {
      int result = calls.setNamespace(home, CLONE_NEWNET);
      if (result < 0) {
        throw new IllegalStateException("no way back: setns " + Errno.of(result));
      }
      return true;
    } finally {
      calls.close(home);
    }
  }

  private static Entry refused(String call, String what, int rawResult) {
    return new Entry.Refused(new SyscallFailed(call, what, Errno.of(rawResult)));
  }

  /** The namespace that a link leads to. */
  public static Reading<Long> networkNamespace(Proc proc, String file) {
    return switch (proc.link(file)) {
      case CallResult.Failed<String>(var why) -> Reading.unknown(Readings.of(why.errno()));
      case CallResult.Ok<String>(String target) -> {
        long inode = ProcessFiles.namespaceInode(target);
        yield inode > 0 ? Reading.known(inode) : Reading.unknown(Reading.Why.UNREADABLE);
      }
    };
  }

  /**
   * Runs the deed there, or says why it could not be entered.
   *
   * @param place empty for our own namespace
   */
  public <T> CallResult<T> in(Optional<Namespace> place, Supplier<T> deed) {
    Optional<Namespace> there = place.filter(one -> !one.own());
    if (there.isEmpty()) {
      return new CallResult.Ok<>(deed.get());
    }
    return within(there.get().path(), deed);
  }

  /** The inode of our network namespace. */
  public Reading<Long> namespace() {
    return networkNamespace(proc, OWN);
  }

  /**
   * Whether ours is the namespace of PID 1, which identifies the host's; in a container with a PID
   * namespace of its own it is the container's.
   */
  public Reading<Boolean> isOfInit() {
    Reading<Long> own = namespace();
    Reading<Long> init = networkNamespace(proc, "/proc/1/ns/net");
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
