package inuse.serve;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tells those that wait that something is new; they ask for it themselves. */
final class Feed {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private Count count = new Count(0, 0);

  /**
   * How often there was something new.
   *
   * @param refused refused binds
   * @param sockets what has a port
   */
  record Count(long refused, long sockets) {}

  void tell(boolean refused, boolean sockets) {
    lock.lock();
    try {
      if (refused || sockets) {
        count = new Count(count.refused + (refused ? 1 : 0), count.sockets + (sockets ? 1 : 0));
        news.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  Count count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** The count as soon as it is another one, or the same when that time is over. */
  Count after(Count seen, Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (count.equals(seen) && left > 0) {
        left = news.awaitNanos(left);
      }
      return count;
    } finally {
      lock.unlock();
    }
  }
}
