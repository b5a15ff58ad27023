package inuse.zoo.fuzz;

import java.util.List;
import java.util.Optional;

/**
 * The entry point for Jazzer: runs the target that a system property names, or the one that the
 * first byte selects.
 */
public final class FuzzMain {
  /** The property, and its value for all targets. */
  static final String PROPERTY = "inuse.fuzz.target";

  static final String ALL = "ALL";

  private static final List<FuzzTarget> SOUND = List.copyOf(FuzzTarget.sound().values());
  private static final Optional<FuzzTarget> CHOSEN =
      Optional.of(System.getProperty(PROPERTY, ALL))
          .filter(name -> !name.equals(ALL))
          .map(FuzzTarget::valueOf);

  private FuzzMain() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (CHOSEN.isPresent()) {
      CHOSEN.get().fuzz(bytes);
    } else if (bytes.length > 0) {
      byte[] rest = new byte[bytes.length - 1];
      System.arraycopy(bytes, 1, rest, 0, rest.length);
      SOUND.get(Math.floorMod(bytes[0], SOUND.size())).fuzz(rest);
    }
  }

  /** The first byte that picks a target. */
  static byte selector(FuzzTarget target) {
    return (byte) SOUND.indexOf(target);
  }
}
