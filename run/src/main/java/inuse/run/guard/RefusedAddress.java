package inuse.run.guard;

import inuse.run.handover.RefusedTarget;

/** What a program may not bind. */
public sealed interface RefusedAddress permits RefusedAddress.Askable, RefusedId {
  /** A place that can be asked about. */
  record Askable(RefusedTarget place) implements RefusedAddress {}
}
