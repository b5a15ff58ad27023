package inuse.serve.fleet;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names that no other member of a fleet can guess. */
final class QuestionId {
  private static final int BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private QuestionId() {}

  /** A new one, of letters and digits. */
  static String random() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
