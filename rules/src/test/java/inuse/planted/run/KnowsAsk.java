package inuse.planted.run;

import inuse.planted.core.ask.Question;

record KnowsAsk(Question known) {}
