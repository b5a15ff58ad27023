package inuse.core.io;

import inuse.core.evidence.Reading;
import inuse.kernel.Answer;
import inuse.kernel.Errno;
import java.util.function.Function;

/** From the kernel's answers to readings. */
public final class Whys {
  private Whys() {}

  public static Reading.Why of(Errno errno) {
    return switch (errno.toString()) {
      case "EACCES", "EPERM" -> Reading.Why.DENIED;
      case "ENOENT", "ESRCH" -> Reading.Why.VANISHED;
      case "EMFILE", "ENFILE", "ENOMEM", "EIO" -> Reading.Why.UNREADABLE;
      default -> Reading.Why.UNSUPPORTED;
    };
  }

  public static <F, T> Reading<T> reading(Answer<F> answer, Function<F, T> conversion) {
    return switch (answer) {
      case Answer.Got<F>(F value) -> Reading.known(conversion.apply(value));
      case Answer.Failed<F>(var why) -> Reading.unknown(of(why.errno()));
    };
  }
}
