package inuse.planted.core.tune;

import inuse.planted.core.ask.Question;

record AskingEffects(Question known) {}
