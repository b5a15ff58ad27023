package inuse.planted.core.ask;

/** A question, for others to know. */
public record Question(int port) {}
