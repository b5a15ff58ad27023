package inuse.planted.core.fix;

record Planner(Thread known) {}
