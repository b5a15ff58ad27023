package inuse.planted.core.ask;

import inuse.planted.core.explain.Told;

record KnowsExplain(Told known) {}
