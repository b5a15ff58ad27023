package inuse.planted.core.tune;

import inuse.planted.core.fix.Fixed;

record KnowsFix(Fixed known) {}
