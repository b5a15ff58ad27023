package inuse.junit;

import org.junit.jupiter.api.extension.Extension;

/** Asks about the ports of {@link RequiresFreePort}. */
public final class FreePortExtension implements Extension {
  /** Jupiter makes it. */
  public FreePortExtension() {}
}
