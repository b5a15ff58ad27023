package inuse.planted.cli;

final class Formats {
  private Formats() {}

  static String say(int port) {
    return String.format("%05d", port);
  }
}
