package inuse.run.process;

/** A descriptor that the supervisor waits at. */
public interface PollHandler {
  int fd();

  /**
   * Something has come.
   *
   * @param events POLLIN, POLLHUP, or both
   */
  void ready(int events);
}
