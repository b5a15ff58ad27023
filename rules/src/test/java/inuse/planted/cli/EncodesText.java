package inuse.planted.cli;

import java.nio.charset.StandardCharsets;

final class EncodesText {
  private EncodesText() {}

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
