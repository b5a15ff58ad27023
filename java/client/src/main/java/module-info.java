import org.jspecify.annotations.NullMarked;

/** Why a port is in use, and ports that stay yours, for programs on Java 17 and newer. */
@NullMarked
module inuse.java {
  requires static org.jspecify;

  exports inuse.java;
}
