package inuse.planted.junit;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
