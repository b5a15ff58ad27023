package inuse.serve;

/** What the program says of itself: to standard error, which the service manager keeps. */
final class Complaints {
  private Complaints() {}

  static void say(String text) {
    System.err.println("inuse-serve: " + text);
  }
}
