package inuse.planted.cli;

/** A command line, for others to know. */
public record Words(int count) {}
