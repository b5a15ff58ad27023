package inuse.planted.core.fix;

import inuse.planted.core.ask.Question;

record AskingEffects(Question known) {}
