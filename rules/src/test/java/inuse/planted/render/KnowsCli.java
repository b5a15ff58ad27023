package inuse.planted.render;

import inuse.planted.cli.Words;

record KnowsCli(Words known) {}
