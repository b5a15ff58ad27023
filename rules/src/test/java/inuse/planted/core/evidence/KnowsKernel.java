package inuse.planted.core.evidence;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
