package inuse.core.evidence;

/** How a process came to be the child of its parent. */
public enum Tie {
  /** Its parent started it. */
  STARTED,
  /** Another process started it and has ended: its parent is a reaper, which adopted it. */
  ADOPTED,
  /** One of the two; sessions and groups do not tell. */
  EITHER
}
