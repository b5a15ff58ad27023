package inuse.planted.core.io;

import inuse.planted.core.ask.Question;

record KnowsAsk(Question known) {}
