package inuse.run.process;

import inuse.kernel.SystemCalls;
import java.util.List;

/** A descriptor that is polled, with its handler. */
public interface PollHandler {
  int fd();

  /**
   * Called when the descriptor has events.
   *
   * @param events POLLIN, POLLHUP, or both
   */
  void ready(int events);

  /** Waits until any of them has events, and lets each that has them handle them. */
  static void await(SystemCalls calls, List<PollHandler> watched, long nanos) {
    int[] fds = watched.stream().mapToInt(PollHandler::fd).toArray();
    int[] events = new int[fds.length];
    calls.awaitInputs(fds, events, nanos);
    for (int i = 0; i < fds.length; i++) {
      if (events[i] != 0) {
        watched.get(i).ready(events[i]);
      }
    }
  }
}
