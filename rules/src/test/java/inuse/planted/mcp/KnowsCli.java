package inuse.planted.mcp;

import inuse.planted.cli.Words;

record KnowsCli(Words known) {}
