package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Signal;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Everything by which the machine is changed, and the waiting for it. */
public interface Effects {
  /** How something that was tried ended; the word stands in the answer. */
  enum Result {
    /** Not done, only said. */
    PLANNED("planned"),
    /** Done, and more may follow. */
    DONE("done"),
    /** The process has ended. */
    EXITED("exited"),
    /** It runs on and does not hold the address any more, or the pid is another process's now. */
    RELEASED("released"),
    /** It has not ended in the time it had. */
    SURVIVED("survived"),
    /** This user may not. */
    DENIED("denied"),
    /** There is nobody who could do it. */
    UNAVAILABLE("unavailable"),
    /** It failed otherwise. */
    FAILED("failed");

    private final String word;

    Result(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  /** Why a wait ended. */
  enum Event {
    /** Something happened that is worth a look. */
    CHANGED,
    /** The time was over. */
    TIME_IS_OVER,
    /** The user wants it to stop. */
    INTERRUPTED
  }

  /** Takes hold of a process, if it is still that one and still has that very socket. */
  Result hold(Victim victim);

  /** Sends a signal to a process that is held. */
  Result signal(Victim victim, Signal signal);

  /** Which of the held processes have ended. */
  Set<Victim> ended();

  /** Waits until a held process ends or a socket with a watched port goes. */
  Event await(Duration most);

  /** Lets the kernel drop a connection. */
  Result destroy(BoundSocket socket);

  /**
   * Runs a command of whoever is in charge, to its end.
   *
   * @param most longer than that it is not waited for
   */
  Ran run(List<String> command, Duration most);

  /**
   * Stops a container through its engine's API.
   *
   * @param grace what the engine leaves it between its signal and SIGKILL
   * @return {@link Result#UNAVAILABLE} where no API answers
   */
  Result stop(Container container, Duration grace);

  /** Removes a socket file, if nobody serves it and it is still the one that was looked at. */
  Result remove(UnixTarget.Path file);

  /**
   * How a command ended.
   *
   * @param said the last line that it printed, empty for none
   */
  record Ran(Result result, Untrusted said) {}

  /** CLOCK_MONOTONIC in milliseconds. */
  long nowMillis();
}
