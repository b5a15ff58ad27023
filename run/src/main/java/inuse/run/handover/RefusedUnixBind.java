package inuse.run.handover;

import inuse.core.evidence.UnixTarget;

/** A bind(2) of a unix socket that the kernel would refuse with EADDRINUSE. */
public record RefusedUnixBind(UnixTarget target) implements RefusedTarget {}
