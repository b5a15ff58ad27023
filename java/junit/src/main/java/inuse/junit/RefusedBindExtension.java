package inuse.junit;

import org.junit.jupiter.api.extension.Extension;

/** Explains failures by refused binds. */
public final class RefusedBindExtension implements Extension {
  /** Jupiter makes it. */
  public RefusedBindExtension() {}
}
