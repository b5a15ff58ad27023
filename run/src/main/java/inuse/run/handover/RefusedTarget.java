package inuse.run.handover;

import inuse.core.evidence.Target;

/** A place that can be asked about, and that a program may not bind. */
public sealed interface RefusedTarget permits RefusedBind, RefusedUnixBind {
  Target target();
}
