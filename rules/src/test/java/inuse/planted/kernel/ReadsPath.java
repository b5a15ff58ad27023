package inuse.planted.kernel;

import java.nio.file.Path;

record ReadsPath(Path known) {}
