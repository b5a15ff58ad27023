package inuse.core.evidence;

import java.util.List;

/** Everything that was observed about one target at one time. */
public sealed interface Snapshot permits PortSnapshot, UnixSnapshot {
  Newcomer newcomer();

  Moment takenAt();

  /** The user who asks, and would act. */
  Uid asker();

  /** Inode of the namespace's file. */
  Reading<Long> networkNamespace();

  /** What could not be examined. */
  List<Gap> gaps();
}
