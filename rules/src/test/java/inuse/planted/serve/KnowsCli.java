package inuse.planted.serve;

import inuse.planted.cli.Words;

record KnowsCli(Words known) {}
