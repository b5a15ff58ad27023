package inuse.kernel.netlink;

import inuse.kernel.SyscallFailed;

/** How a dump ended. */
public sealed interface DumpEnd {
  /** The kernel said that everything was told. */
  record Whole() implements DumpEnd {}

  /** The kernel refused to answer; nothing was told. */
  record Refused(SyscallFailed why) implements DumpEnd {}

  /** Something was told, perhaps not everything, also after asking again. */
  record Torn(Reason reason) implements DumpEnd {}

  /** Why a dump is torn. */
  enum Reason {
    /** The table changed while it was read (NLM_F_DUMP_INTR). */
    INTERRUPTED,
    /** A message was larger than the largest buffer. */
    TRUNCATED,
    /** The kernel's queue to us ran over (ENOBUFS). */
    OVERRUN,
    /** The deadline passed in silence. */
    SILENT,
    /** A message that cannot be read. */
    MALFORMED
  }
}
