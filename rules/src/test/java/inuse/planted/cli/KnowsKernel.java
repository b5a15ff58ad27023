package inuse.planted.cli;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
