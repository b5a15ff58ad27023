package inuse.core.evidence;

/** A process above another one. */
public record Ancestor(Pid pid, Untrusted command) {}
