package inuse.planted.spring;

import inuse.planted.kernel.Asked;

record KnowsKernel(Asked known) {}
