package inuse.planted.core.explain;

import inuse.planted.core.fix.Fixed;

record KnowsFix(Fixed known) {}
