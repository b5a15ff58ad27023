package inuse.zoo;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Freeing on a host where nobody wants anything else. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class FreeTest extends FreeScenarios {
  FreeTest(Way way) {
    super(way);
  }
}
