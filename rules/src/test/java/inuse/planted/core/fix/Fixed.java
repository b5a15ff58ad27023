package inuse.planted.core.fix;

/** Some fix, for others to know. */
public record Fixed(String what) {}
