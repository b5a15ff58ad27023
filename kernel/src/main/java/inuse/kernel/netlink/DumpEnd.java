package inuse.kernel.netlink;

import inuse.kernel.SyscallFailed;

/** How a dump ended. */
public sealed interface DumpEnd {
  /** The kernel said that the dump is complete. */
  record Whole() implements DumpEnd {}

  /** The kernel refused to answer; there are no records. */
  record Refused(SyscallFailed why) implements DumpEnd {}

  /** Some records came, perhaps not all, even after asking again. */
  record Torn(Reason reason) implements DumpEnd {}

  /** Why a dump is torn. */
  enum Reason {
    /** The table changed while it was read (NLM_F_DUMP_INTR). */
    INTERRUPTED,
    /** A message was larger than the largest buffer. */
    TRUNCATED,
    /** The receive queue overflowed (ENOBUFS). */
    OVERRUN,
    /** The deadline passed without an answer. */
    SILENT,
    /** A message could not be decoded. */
    MALFORMED
  }
}
