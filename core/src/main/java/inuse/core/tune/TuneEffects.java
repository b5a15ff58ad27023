package inuse.core.tune;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import java.util.Optional;

/**
 * Every operation by which tune reads and changes the machine: settings of our network namespace,
 * and whole small files. An operation that changes something returns its failure, or empty.
 */
public interface TuneEffects {
  /** The kind of failure. */
  enum Kind {
    /** Not permitted to this user. */
    DENIED,
    /** It is mounted read-only. */
    READ_ONLY,
    /** The disk is full. */
    FULL,
    /** The directory is not there. */
    MISSING,
    /** Another inuse tune holds the lock, and does not end. */
    BUSY,
    /** Something else. */
    OTHER
  }

  /**
   * A failure.
   *
   * @param what the call, what it was made on, and the errno
   */
  record Failure(Kind kind, Phrase what) {}

  /** A setting as the kernel gives it, byte for byte; unsupported where the kernel lacks it. */
  Reading<String> read(Setting setting);

  /** Gives a setting a value at once. */
  Optional<Failure> write(Setting setting, String value);

  /** Whether a setting can be written; it is not written. */
  Optional<Failure> mayWrite(Setting setting);

  /** A file's bytes; known to be empty where there is no file. */
  Reading<Optional<String>> file(String path);

  /** Replaces a whole file atomically and durably, or leaves the former one. */
  Optional<Failure> replace(String path, String text);

  /** Removes a file; it is no failure if there is none. */
  Optional<Failure> remove(String path);

  /** Removes the temporary file of a {@link #replace} that was killed half-way. */
  void sweep(String path);

  /**
   * Takes the lock against other processes that change settings, until {@link #unlock}; waits for
   * it.
   */
  Optional<Failure> lock();

  /** Releases the lock. */
  void unlock();
}
