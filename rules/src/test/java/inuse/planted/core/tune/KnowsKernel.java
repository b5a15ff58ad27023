package inuse.planted.core.tune;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
