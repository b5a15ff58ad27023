package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Statement;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Every operation that changes the machine, and the waiting for its result. */
public interface Effects {
  /** The result of an act; its word is part of the answer. */
  enum Result {
    /** Planned, not done. */
    PLANNED("planned"),
    /** Done; more may follow. */
    DONE("done"),
    /** The process has ended. */
    EXITED("exited"),
    /** It runs on but no longer holds the address, or the pid is now another process's. */
    RELEASED("released"),
    /** It did not end in time. */
    SURVIVED("survived"),
    /** Not permitted to this user. */
    DENIED("denied"),
    /** The program or engine that could do it is not available. */
    UNAVAILABLE("unavailable"),
    /** It failed for another reason. */
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
    /** The timeout passed. */
    TIME_IS_OVER,
    /** The user wants it to stop. */
    INTERRUPTED
  }

  /** Opens a pidfd of a process, if it is still the same process and still has the same socket. */
  Result hold(Consent.Agreed agreed);

  /** Sends a signal to a process that is held. */
  Result signal(Victim victim, Signal signal);

  /** Which of the held processes have ended. */
  Set<Victim> ended();

  /** Waits until a held process ends or a socket with a watched port is destroyed. */
  Event await(Duration most);

  /** Makes the kernel drop a connection. */
  Result destroy(BoundSocket socket);

  /**
   * Runs a manager's command to its end.
   *
   * @param most the maximum time to wait for it
   */
  Ran run(List<String> command, Duration most);

  /**
   * Stops a container through the API of the engine of whoever vouches for it.
   *
   * @param grace time between the engine's signal and SIGKILL
   * @return {@link Result#UNAVAILABLE} where no API answers
   */
  Result stop(Statement.Trusted<Container> container, Duration grace);

  /** Removes a socket file, if it is still unserved and still the file that was examined. */
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
