package inuse.planted.core.explain;

/** Some explanation, for others to know. */
public record Told(String why) {}
