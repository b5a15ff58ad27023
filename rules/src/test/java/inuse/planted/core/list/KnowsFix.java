package inuse.planted.core.list;

import inuse.planted.core.fix.Fixed;

record KnowsFix(Fixed known) {}
