import org.jspecify.annotations.NullMarked;

/** Text, JSON and schema of an answer, without a command line. */
@NullMarked
module inuse.render {
  requires static transitive org.jspecify;
  // Diagnosis, Report and the like, which are rendered.
  requires transitive inuse.core;

  exports inuse.render;
}
