import org.jspecify.annotations.NullMarked;

/** Ports for tests in JUnit Jupiter, and why a bind was refused. */
@NullMarked
module inuse.junit {
  requires static org.jspecify;
  requires transitive inuse.java;
  requires transitive org.junit.jupiter.api;

  exports inuse.junit;

  provides org.junit.jupiter.api.extension.Extension with
      inuse.junit.RefusedBindExtension;
}
