package inuse.core.io;

import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import java.util.function.Function;

/** From the kernel's answers to readings. */
public final class Readings {
  private Readings() {}

  public static Reading.Why of(Errno errno) {
    return switch (errno.toString()) {
      case "EACCES", "EPERM" -> Reading.Why.DENIED;
      case "ENOENT", "ESRCH" -> Reading.Why.VANISHED;
      case "EMFILE", "ENFILE", "ENOMEM", "EIO" -> Reading.Why.UNREADABLE;
      default -> Reading.Why.UNSUPPORTED;
    };
  }

  public static <F, T> Reading<T> reading(CallResult<F> answer, Function<F, T> conversion) {
    return switch (answer) {
      case CallResult.Ok<F>(F value) -> Reading.known(conversion.apply(value));
      case CallResult.Failed<F>(var why) -> Reading.unknown(of(why.errno()));
    };
  }
}
