package inuse.core.io;

import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;

/**
 * The machine that is looked at: its system calls, and its files below /proc, /sys and /etc.
 *
 * <p>System calls such as setns(2) and setresuid(2) change the calling thread, and results pass
 * through memory that belongs to the caller: one thread at a time may use a host, and none that
 * moves between carriers.
 */
public record Host(SystemCalls calls, Proc proc) {
  /** The one that we run on. */
  public static Host of(SystemCalls calls) {
    return new Host(calls, new Proc(calls, ""));
  }
}
