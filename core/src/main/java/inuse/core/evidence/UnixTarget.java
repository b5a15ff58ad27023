package inuse.core.evidence;

/** A unix socket's path or abstract name (unix(7)). */
public sealed interface UnixTarget extends Target {
  /** The longest path: sun_path less its NUL. */
  int MAX_PATH_BYTES = 107;

  /** The longest abstract name: sun_path less the NUL that it begins with. */
  int MAX_NAME_BYTES = 107;

  /** A file, where bind(2) makes one. */
  record Path(Untrusted path) implements UnixTarget {
    public Path {
      check("path", path, MAX_PATH_BYTES);
    }

    /** The directory that such a file is in, as bind(2) looks it up. */
    public Untrusted directory() {
      String text = withoutSlashes();
      int slash = text.lastIndexOf('/');
      return new Untrusted(slash < 0 ? "." : slash == 0 ? "/" : text.substring(0, slash));
    }

    /** Its name in that directory. */
    public Untrusted name() {
      return new Untrusted(withoutSlashes()).baseName();
    }

    private String withoutSlashes() {
      String text = path.bytes();
      int end = text.length();
      while (end > 1 && text.charAt(end - 1) == '/') {
        end--;
      }
      return text.substring(0, end);
    }
  }

  /**
   * A name without a file, in the network namespace. Each type of socket has names of its own; a
   * server's type is SOCK_STREAM unless stated otherwise.
   */
  record Abstract(Untrusted name) implements UnixTarget {
    public Abstract {
      check("name", name, MAX_NAME_BYTES);
    }
  }

  private static void check(String what, Untrusted text, int most) {
    int length = text.bytes().length();
    if (length < 1 || length > most) {
      throw new IllegalArgumentException(
          "a " + what + " is 1 to " + most + " bytes, not " + length);
    }
  }

  /** As a user may write it: {@code /run/app.sock}, {@code @app}. */
  default Untrusted word() {
    return switch (this) {
      case Path(Untrusted path) -> path;
      case Abstract(Untrusted name) -> new Untrusted("@" + name.bytes());
    };
  }
}
