package inuse.core.io;

import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import java.util.function.Function;

/** Conversion of the kernel's answers to readings. */
public final class Readings {
  private Readings() {}

  public static Reading.Why of(Errno errno) {
    if (errno.isDenied()) {
      return Reading.Why.DENIED;
    }
    if (errno.isGone()) {
      return Reading.Why.VANISHED;
    }
    return errno.isOneOf(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.EIO)
        ? Reading.Why.UNREADABLE
        : Reading.Why.UNSUPPORTED;
  }

  public static <F, T> Reading<T> reading(CallResult<F> answer, Function<F, T> conversion) {
    return switch (answer) {
      case CallResult.Ok<F>(F value) -> Reading.known(conversion.apply(value));
      case CallResult.Failed<F>(var why) -> Reading.unknown(of(why.errno()));
    };
  }
}
