package inuse.cli.line;

import inuse.core.explain.rule.Verdict;
import inuse.core.fix.Outcome;
import java.util.Collection;

/**
 * The exit code of the command. A question is answered as by grep(1), lsof(8) and fuser(1): 0 for
 * "yes, something is in the way".
 */
public enum ExitCode {
  /** Something refuses the bind. */
  IN_USE(0),
  /** Help, version or schema were printed. */
  DONE(0),
  /** A real bind succeeded. */
  FREE(1),
  /** The command line is invalid. */
  USAGE(2),
  /** The kernel could not be asked. */
  UNKNOWN(3),
  /** Only root may do that. */
  NOT_PERMITTED(3),
  /** Not done: still held, timed out, respawned. */
  NOT_DONE(1),
  /** A rule forbids it. */
  REFUSED(4),
  /** The program to run was not started (env(1)). */
  NOT_STARTED(125),
  /** It is there and cannot be run. */
  NOT_EXECUTABLE(126),
  /** It is not there. */
  NOT_FOUND(127),
  /** A bug of inuse itself. */
  BUG(70),
  /** Whatever the answer is, it could not be written (sysexits.h). */
  NOT_WRITTEN(74);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The code of a number; a bug for one that is none. */
  public static ExitCode numbered(int number) {
    for (ExitCode one : values()) {
      if (one.number == number) {
        return one;
      }
    }
    return BUG;
  }

  /** The code for several answers: 0 if any is 0, else 3 if any is 3, else 1. */
  public static ExitCode of(Collection<Verdict> verdicts) {
    return verdicts.stream().map(ExitCode::of).reduce(FREE, ExitCode::first);
  }

  /** Of two questions' codes the one that tells more: 0 before 3, and 3 before 1. */
  public ExitCode first(ExitCode other) {
    return this != IN_USE && (other == IN_USE || this == FREE) ? other : this;
  }

  /** The code of one target that was to be freed or waited for. */
  public static ExitCode of(Outcome outcome) {
    return switch (outcome) {
      case ALREADY_FREE, FREED, FORCED -> DONE;
      case RESPAWNED, STILL_HELD, TIMED_OUT -> NOT_DONE;
      case DENIED -> NOT_PERMITTED;
      case REFUSED -> REFUSED;
    };
  }

  /** The higher of two codes. */
  public ExitCode worse(ExitCode other) {
    return other.number > number ? other : this;
  }

  private static ExitCode of(Verdict verdict) {
    return switch (verdict) {
      case BLOCKED, FREE_WITH_REUSEADDR, DENIED, NOT_LOCAL -> IN_USE;
      case FREE -> FREE;
      case UNKNOWN -> UNKNOWN;
    };
  }
}
