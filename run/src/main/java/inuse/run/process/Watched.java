package inuse.core.run;

/** A descriptor that the supervisor waits at. */
interface Watched {
  int fd();

  /**
   * Something has come.
   *
   * @param events POLLIN, POLLHUP, or both
   */
  void ready(int events);
}
