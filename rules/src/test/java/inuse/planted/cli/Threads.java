package inuse.planted.cli;

import java.util.concurrent.ExecutorService;

record Threads(ExecutorService known) {}
