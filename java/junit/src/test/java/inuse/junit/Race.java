package inuse.junit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thief and its victims, in a network namespace whose range of ephemeral ports is narrow: the
 * thief takes what a bind to port 0 gives it, over and over, and forked JVMs run tests.
 */
final class Race {
  /** Ports that the thief has at a time, of the 400 in the range. */
  private static final int BOOTY = 300;

  private Race() {}

  /** Between the choice of a port and the start of the server there is always some work. */
  static void gap() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
  }

  /**
   * Runs the forks.
   *
   * @param words how many, and the command of each
   */
  public static void main(String[] words) throws Exception {
    int count = Integer.parseInt(words[0]);
    List<Process> forks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      forks.add(new ProcessBuilder(List.of(words).subList(1, words.length)).inheritIO().start());
    }
    // Not before: until a child has become a program, it has the thief's sockets too.
    Thread thief = new Thread(Race::steal, "thief");
    thief.setDaemon(true);
    thief.start();
    for (Process fork : forks) {
      fork.waitFor();
    }
    System.out.println("thief " + (thief.isAlive() ? "at work" : "gone"));
  }

  private static void steal() {
    Deque<SocketChannel> booty = new ArrayDeque<>();
    long bound = 0;
    while (true) {
      try {
        SocketChannel socket = SocketChannel.open();
        socket.bind(new InetSocketAddress(0));
        booty.add(socket);
        if (booty.size() > BOOTY) {
          booty.remove().close();
        }
        if (++bound % 20 == 0) {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
