package inuse.kernel.proc;

/** Text that the file of that name should not contain; quotes it. */
public final class Unparsable extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED = 80;

  Unparsable(String file, String text) {
    super(file + ": " + quote(text));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), QUOTED); i++) {
      char c = text.charAt(i);
      quoted.append(c < ' ' || c > '~' ? '?' : c);
    }
    return quoted.toString();
  }
}
