package inuse.java;

/**
 * There is no answer: no executable for this machine, it could not be started, it did not end in
 * time, or what it printed was not understood. The message says which, and what was tried.
 *
 * <p>It says nothing about the port. It is a checked exception, so that a handler of another
 * failure cannot lose that one by asking.
 */
public final class InuseException extends Exception {
  private static final long serialVersionUID = 1;

  InuseException(String message) {
    super(message);
  }

  InuseException(String message, Throwable cause) {
    super(message, cause);
  }
}
