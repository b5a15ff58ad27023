package inuse.planted.core.events;

import inuse.planted.core.fix.Fixed;

record KnowsFix(Fixed known) {}
