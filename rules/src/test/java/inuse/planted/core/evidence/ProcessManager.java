package inuse.planted.core.evidence;

record ProcessManager(String name) {}
