package inuse.cli.render;

/** The JSON Schema (2020-12) of what {@code --json} prints. */
public final class Schema {
  public static final String TEXT = "{}\n";

  private Schema() {}
}
