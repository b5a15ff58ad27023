package inuse.planted.java;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
