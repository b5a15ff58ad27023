package inuse.planted.core.fix;

import inuse.planted.core.evidence.Seen;
import inuse.planted.core.explain.Told;
import inuse.planted.kernel.Asked;

record InnocentEffects(Seen seen, Told told, Asked asked) {}
