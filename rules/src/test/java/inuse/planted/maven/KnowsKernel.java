package inuse.planted.maven;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
