package inuse.planted.record;

import inuse.planted.cli.Words;

record KnowsCli(Words known) {}
