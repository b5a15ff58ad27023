package inuse.core.evidence;

/** Somewhere that a server can bind: what a word of the command line names. */
public sealed interface Target permits PortTarget, UnixTarget {}
