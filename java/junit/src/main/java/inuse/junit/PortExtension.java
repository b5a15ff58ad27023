package inuse.junit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Takes the ports of {@link HeldPort} and {@link HeldPorts}. */
public final class PortExtension implements ParameterResolver {
  /** Jupiter makes it. */
  public PortExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return false;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return 0;
  }
}
