package inuse.planted.core.explain;

final class NamesOption {
  private static final String OPTION = "--destroy ends it";

  private NamesOption() {}

  static String option() {
    return OPTION;
  }

  static String command() {
    return "give it back: inuse free 8080";
  }

  static String limit(int count) {
    return count + " left; --max " + count;
  }
}
