package inuse.planted.jvm;

import inuse.planted.core.ask.Question;

record KnowsInternals(Question known) {}
