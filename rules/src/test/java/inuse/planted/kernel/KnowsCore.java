package inuse.planted.kernel;

import inuse.planted.core.evidence.Seen;

record KnowsCore(Seen known) {}
