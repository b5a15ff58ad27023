package inuse.planted.core.explain;

import java.time.Clock;

record HoldsClock(Clock known) {}
