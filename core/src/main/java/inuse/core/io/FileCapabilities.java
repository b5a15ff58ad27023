package inuse.core.io;

import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SYS_ADMIN;

import inuse.kernel.CallResult;
import inuse.kernel.Capabilities;
import inuse.kernel.SystemCalls;
import java.util.function.Supplier;

/**
 * Capabilities that this process has from its executable file (setcap(8)) and whoever started it
 * has not. They are effective only while the kernel is given a program, and no program that is
 * started from here gets them: they are neither inheritable nor ambient.
 */
public final class FileCapabilities {
  /** What the kernel asks for before it takes a program that reads its own structures. */
  private static final long FOR_PROGRAMS = 1L << CAP_BPF | 1L << CAP_PERFMON;

  private FileCapabilities() {}

  /** Whether there are any. */
  public static boolean areHeld(SystemCalls calls) {
    return calls.isSecure()
        && Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(var ours)
        && ours.permitted() != 0;
  }

  /** Makes them ineffective until they are needed. */
  public static void rest(SystemCalls calls) {
    if (calls.isSecure()
        && Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(var ours)
        && (ours.effective() & FOR_PROGRAMS) != 0) {
      var _ = ours.effectiveWithin(~FOR_PROGRAMS).set(calls);
    }
  }

  /** Gives them up for good, before anything is done in the user's name. */
  public static void giveUp(Host host) {
    SystemCalls calls = host.calls();
    if (calls.isSecure()
        && Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(var ours)) {
      var _ = ours.within(0).set(calls);
    }
  }

  /** Whether the kernel may be given a program: by what is effective, or can be made so. */
  public static boolean allowPrograms(SystemCalls calls) {
    return Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(var ours)
        && ((ours.effective() & 1L << CAP_SYS_ADMIN) != 0
            || (ours.permitted() & FOR_PROGRAMS) == FOR_PROGRAMS);
  }

  /** Does something with those capabilities effective, and only that. */
  public static <T> T forPrograms(SystemCalls calls, Supplier<T> action) {
    return Capabilities.with(calls, FOR_PROGRAMS, action);
  }
}
