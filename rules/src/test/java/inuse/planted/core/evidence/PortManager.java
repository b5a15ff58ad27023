package inuse.planted.core.evidence;

record PortManager(String name) {}
