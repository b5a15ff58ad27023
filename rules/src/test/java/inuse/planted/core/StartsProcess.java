package inuse.planted.core;

record StartsProcess(ProcessHandle known) {}
