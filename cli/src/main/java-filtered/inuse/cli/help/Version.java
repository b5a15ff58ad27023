package inuse.cli;

/** The version of this build, filled in from the pom. */
final class Version {
  static final String TEXT = "${project.version}";

  private Version() {}
}
