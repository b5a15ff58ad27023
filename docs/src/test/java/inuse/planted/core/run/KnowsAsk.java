package inuse.planted.core.run;

import inuse.planted.core.ask.Question;

record KnowsAsk(Question known) {}
