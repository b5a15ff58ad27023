package inuse.core.evidence;

/**
 * The errno of a refused call: its symbolic name of errno(3), or {@code errno 4000} where it has
 * none.
 */
public record ErrnoName(String name) {
  public static final ErrnoName EPERM = new ErrnoName("EPERM");
  public static final ErrnoName ENOENT = new ErrnoName("ENOENT");
  public static final ErrnoName EACCES = new ErrnoName("EACCES");
  public static final ErrnoName ENOTDIR = new ErrnoName("ENOTDIR");
  public static final ErrnoName EROFS = new ErrnoName("EROFS");
  public static final ErrnoName ENAMETOOLONG = new ErrnoName("ENAMETOOLONG");
  public static final ErrnoName ELOOP = new ErrnoName("ELOOP");
  public static final ErrnoName EINVAL = new ErrnoName("EINVAL");
  public static final ErrnoName EAFNOSUPPORT = new ErrnoName("EAFNOSUPPORT");
  public static final ErrnoName EADDRINUSE = new ErrnoName("EADDRINUSE");
  public static final ErrnoName EADDRNOTAVAIL = new ErrnoName("EADDRNOTAVAIL");

  /** Whether a permission is missing. */
  public boolean isDenied() {
    return equals(EACCES) || equals(EPERM);
  }

  /** Whether the path has no directory in which a file could be created. */
  public boolean isNoPlace() {
    return equals(ENOENT) || equals(ENOTDIR) || equals(ELOOP) || equals(ENAMETOOLONG);
  }

  @Override
  public String toString() {
    return name;
  }
}
