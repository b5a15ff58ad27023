package inuse.run.process;

/** A descriptor that the supervisor polls, with its handler. */
public interface PollHandler {
  int fd();

  /**
   * Called when the descriptor has events.
   *
   * @param events POLLIN, POLLHUP, or both
   */
  void ready(int events);
}
