package inuse.core.tune;

import inuse.core.evidence.Reading;
import java.util.Optional;

/**
 * Everything by which the machine is looked at and changed: settings of the network namespace in
 * which we are, and whole small files. What changes something says what went wrong, or nothing.
 */
public interface TuneEffects {
  /** What went wrong. */
  enum Kind {
    /** This user may not. */
    DENIED,
    /** It is mounted read-only. */
    READ_ONLY,
    /** The disk is full. */
    FULL,
    /** The directory is not there. */
    MISSING,
    /** Another inuse tune is at it, and does not end. */
    BUSY,
    /** Something else. */
    OTHER
  }

  /**
   * A failure.
   *
   * @param what the call, what it was made on, and the errno
   */
  record Failure(Kind kind, String what) {}

  /** A setting as the kernel tells it, byte for byte; unsupported where it has none such. */
  Reading<String> read(Setting setting);

  /** Gives a setting a value at once. */
  Optional<Failure> write(Setting setting, String value);

  /** Whether a setting can be written at all; it is not. */
  Optional<Failure> mayWrite(Setting setting);

  /** A file's bytes; known to be nothing where there is no file. */
  Reading<Optional<String>> file(String path);

  /** Puts a whole file there, on the disk, or leaves what was there. */
  Optional<Failure> replace(String path, String text);

  /** Removes a file; it is well where there is none. */
  Optional<Failure> remove(String path);

  /** Removes what was left of a {@link #replace} of that file by somebody who was killed in it. */
  void sweep(String path);

  /** Lets nobody else change settings with us, until {@link #unlock}; waits its turn. */
  Optional<Failure> lock();

  /** Gives that back. */
  void unlock();
}
