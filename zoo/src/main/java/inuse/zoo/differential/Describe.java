package inuse.zoo.differential;

/** Bytes as text. */
final class Describe {
  private Describe() {}

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) {
      text.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
    }
    return text.toString();
  }
}
