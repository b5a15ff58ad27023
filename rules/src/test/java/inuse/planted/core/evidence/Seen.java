package inuse.planted.core.evidence;

/** Some evidence, for others to know. */
public record Seen(int port) {}
