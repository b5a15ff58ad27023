package inuse.planted.core;

import java.lang.foreign.Arena;

record Foreign(Arena known) {}
