package inuse.planted.core.fix;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
