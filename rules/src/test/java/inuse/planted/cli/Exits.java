package inuse.planted.cli;

final class Exits {
  private Exits() {}

  static void exit() {
    System.exit(1);
  }
}
