package inuse.planted.cli;

final class LooksUpUnicode {
  private LooksUpUnicode() {}

  static String trimmed(String text) {
    return text.strip();
  }
}
