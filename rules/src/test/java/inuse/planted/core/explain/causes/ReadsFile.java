package inuse.planted.core.explain.causes;

import java.io.File;

record ReadsFile(File known) {}
