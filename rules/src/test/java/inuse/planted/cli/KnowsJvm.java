package inuse.planted.cli;

import inuse.planted.jvm.Called;

record KnowsJvm(Called known) {}
