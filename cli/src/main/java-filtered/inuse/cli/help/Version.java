package inuse.cli.help;

/** The version of this build, filled in from the pom. */
public final class Version {
  public static final String TEXT = "${project.version}";

  private Version() {}
}
