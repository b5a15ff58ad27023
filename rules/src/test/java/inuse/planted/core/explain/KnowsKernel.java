package inuse.planted.core.explain;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
