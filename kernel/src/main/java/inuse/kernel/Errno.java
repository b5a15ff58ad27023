package inuse.kernel;

import java.util.List;
import java.util.Optional;

/**
 * An error number of the kernel (see errno(3)). Numbers may be newer than the names known here.
 *
 * @param code the positive number, as asm-generic/errno.h has it for x86_64 and aarch64
 */
public record Errno(int code) {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EIO = new Errno(5);
  public static final Errno E2BIG = new Errno(7);
  public static final Errno EBADF = new Errno(9);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno ENOMEM = new Errno(12);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENFILE = new Errno(23);
  public static final Errno EMFILE = new Errno(24);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno EPIPE = new Errno(32);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EPROTOTYPE = new Errno(91);
  public static final Errno EAFNOSUPPORT = new Errno(97);
  public static final Errno EADDRINUSE = new Errno(98);
  public static final Errno EADDRNOTAVAIL = new Errno(99);
  public static final Errno ENOBUFS = new Errno(105);
  public static final Errno ETIMEDOUT = new Errno(110);
  public static final Errno ECONNREFUSED = new Errno(111);
  public static final Errno EDQUOT = new Errno(122);

  /** Names by number from 1 on; "-" where Linux has no such number. */
  private static final List<String> NAMES =
      List.of(
          "EPERM",
          "ENOENT",
          "ESRCH",
          "EINTR",
          "EIO",
          "ENXIO",
          "E2BIG",
          "ENOEXEC",
          "EBADF",
          "ECHILD",
          "EAGAIN",
          "ENOMEM",
          "EACCES",
          "EFAULT",
          "ENOTBLK",
          "EBUSY",
          "EEXIST",
          "EXDEV",
          "ENODEV",
          "ENOTDIR",
          "EISDIR",
          "EINVAL",
          "ENFILE",
          "EMFILE",
          "ENOTTY",
          "ETXTBSY",
          "EFBIG",
          "ENOSPC",
          "ESPIPE",
          "EROFS",
          "EMLINK",
          "EPIPE",
          "EDOM",
          "ERANGE",
          "EDEADLK",
          "ENAMETOOLONG",
          "ENOLCK",
          "ENOSYS",
          "ENOTEMPTY",
          "ELOOP",
          "-",
          "ENOMSG",
          "EIDRM",
          "ECHRNG",
          "EL2NSYNC",
          "EL3HLT",
          "EL3RST",
          "ELNRNG",
          "EUNATCH",
          "ENOCSI",
          "EL2HLT",
          "EBADE",
          "EBADR",
          "EXFULL",
          "ENOANO",
          "EBADRQC",
          "EBADSLT",
          "-",
          "EBFONT",
          "ENOSTR",
          "ENODATA",
          "ETIME",
          "ENOSR",
          "ENONET",
          "ENOPKG",
          "EREMOTE",
          "ENOLINK",
          "EADV",
          "ESRMNT",
          "ECOMM",
          "EPROTO",
          "EMULTIHOP",
          "EDOTDOT",
          "EBADMSG",
          "EOVERFLOW",
          "ENOTUNIQ",
          "EBADFD",
          "EREMCHG",
          "ELIBACC",
          "ELIBBAD",
          "ELIBSCN",
          "ELIBMAX",
          "ELIBEXEC",
          "EILSEQ",
          "ERESTART",
          "ESTRPIPE",
          "EUSERS",
          "ENOTSOCK",
          "EDESTADDRREQ",
          "EMSGSIZE",
          "EPROTOTYPE",
          "ENOPROTOOPT",
          "EPROTONOSUPPORT",
          "ESOCKTNOSUPPORT",
          "EOPNOTSUPP",
          "EPFNOSUPPORT",
          "EAFNOSUPPORT",
          "EADDRINUSE",
          "EADDRNOTAVAIL",
          "ENETDOWN",
          "ENETUNREACH",
          "ENETRESET",
          "ECONNABORTED",
          "ECONNRESET",
          "ENOBUFS",
          "EISCONN",
          "ENOTCONN",
          "ESHUTDOWN",
          "ETOOMANYREFS",
          "ETIMEDOUT",
          "ECONNREFUSED",
          "EHOSTDOWN",
          "EHOSTUNREACH",
          "EALREADY",
          "EINPROGRESS",
          "ESTALE",
          "EUCLEAN",
          "ENOTNAM",
          "ENAVAIL",
          "EISNAM",
          "EREMOTEIO",
          "EDQUOT",
          "ENOMEDIUM",
          "EMEDIUMTYPE",
          "ECANCELED",
          "ENOKEY",
          "EKEYEXPIRED",
          "EKEYREVOKED",
          "EKEYREJECTED",
          "EOWNERDEAD",
          "ENOTRECOVERABLE",
          "ERFKILL");

  public Errno {
    if (code < 1 || code > 4095) {
      throw new IllegalArgumentException("an errno is 1 to 4095, not " + code);
    }
  }

  /** The errno in a raw result of the kernel, which is -1 to -4095. */
  public static Errno of(long rawResult) {
    return new Errno((int) -rawResult);
  }

  /** The errno of that name, such as {@code EADDRINUSE}; empty where the name is unknown here. */
  public static Optional<Errno> named(String name) {
    int index = NAMES.indexOf(name);
    return index < 0 || name.equals("-") ? Optional.empty() : Optional.of(new Errno(index + 1));
  }

  /** Whether a permission is missing. */
  public boolean isDenied() {
    return isOneOf(EACCES, EPERM);
  }

  /** Whether the file or process does not exist, or no longer exists. */
  public boolean isGone() {
    return isOneOf(ENOENT, ESRCH);
  }

  /** Whether no file is at the path, or a part of the path is not a directory. */
  public boolean isNoSuchFile() {
    return isOneOf(ENOENT, ENOTDIR);
  }

  public boolean isOneOf(Errno... others) {
    return List.of(others).contains(this);
  }

  /** The symbolic name, or {@code errno 4000} where it is unknown here. */
  @Override
  public String toString() {
    String name = code <= NAMES.size() ? NAMES.get(code - 1) : "-";
    return name.equals("-") ? "errno " + code : name;
  }
}
