package inuse.run.handover;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.F_SETFL;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;

import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.run.handover.HandoverProtocol.Message;
import inuse.run.process.PollHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The successor's side of a handover: takes over the listeners of the predecessor, and tells it
 * when to end.
 */
final class HandoverClient implements PollHandler {
  /**
   * Timeout of the whole list: a supervisor answers at once, a stand-in when it has started and
   * made its plan, which on a busy host takes a while; one that is stopped does not.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MAX_SOCKETS = 1024;

  private final SystemCalls calls;
  private final int line;
  private final List<Listener> listeners;
  private final int owner;
  private boolean retiring;
  private boolean over;

  /** A listener that may be taken over. */
  static final class Listener {
    private final BindKey key;
    private final int copy;
    private final int flags;
    private int backlog;
    private boolean taken;
    private boolean wanted;

    Listener(BindKey key, int copy, int flags, int backlog) {
      this.key = key;
      this.copy = copy;
      this.flags = flags;
      this.backlog = backlog;
    }

    BindKey key() {
      return key;
    }

    int copy() {
      return copy;
    }
  }

  private HandoverClient(SystemCalls calls, int line, int owner, List<Listener> listeners) {
    this.calls = calls;
    this.line = line;
    this.owner = owner;
    this.listeners = listeners;
  }

  /** Asks the supervisor at the other end of a connection for all its listeners. */
  static Optional<HandoverClient> ask(SystemCalls calls, int line) {
    if (line < 0) {
      return Optional.empty();
    }
    HandoverProtocol.say(calls, line, HandoverServer.TAKE);
    List<Listener> listeners = new ArrayList<>();
    long until = calls.clockNanos(CLOCK_MONOTONIC) + PATIENCE.toNanos();
    while (listeners.size() < MAX_SOCKETS && awaits(calls, line, until)) {
      Optional<Message> message = HandoverProtocol.hear(calls, line);
      Optional<Listener> listener = message.flatMap(HandoverClient::listener);
      listener.ifPresent(listeners::add);
      if (listener.isEmpty()) {
        HandoverProtocol.drop(calls, message);
        OptionalLong owner = message.map(HandoverClient::owner).orElse(OptionalLong.empty());
        if (owner.isPresent()) {
          return Optional.of(new HandoverClient(calls, line, (int) owner.getAsLong(), listeners));
        }
        break;
      }
    }
    new HandoverClient(calls, line, 0, listeners).close();
    return Optional.empty();
  }

  private static boolean awaits(SystemCalls calls, int line, long until) {
    return calls.awaitInput(line, Math.max(0, until - calls.clockNanos(CLOCK_MONOTONIC))) > 0;
  }

  private static OptionalLong owner(Message message) {
    return message.text().startsWith(HandoverServer.END)
        ? Numeral.decimal(message.text().substring(HandoverServer.END.length()))
        : OptionalLong.empty();
  }

  private static Optional<Listener> listener(Message message) {
    String[] words = message.text().split(" ", -1);
    if (words.length != 4
        || !message.text().startsWith(HandoverServer.SOCKET)
        || message.descriptor() < 0) {
      return Optional.empty();
    }
    int flags = (int) Numeral.decimal(words[2]).orElse(0);
    int backlog = (int) Numeral.decimal(words[3]).orElse(0);
    return Optional.of(new Listener(new BindKey(words[1]), message.descriptor(), flags, backlog));
  }

  /** Abandons the handover. */
  void close() {
    calls.close(line);
    listeners.forEach(one -> calls.close(one.copy));
  }

  /** The pid of the predecessor. */
  int owner() {
    return owner;
  }

  /**
   * A listener for a socket that is about to be bound. It gets that socket's options, and its
   * O_NONBLOCK flag unless the predecessor's socket was bound with the same one: then the program
   * will change it as its predecessor did. It must belong to the same user, who must not get what
   * that user could not have bound.
   */
  Optional<Listener> take(BindKey key, int socket) {
    long owner = FileStatus.owner(calls, socket);
    for (Listener one : listeners) {
      if (!one.taken && one.key.equals(key) && FileStatus.owner(calls, one.copy) == owner) {
        int flags = calls.fileControl(socket, F_GETFL, 0);
        if (((flags ^ one.flags) & O_NONBLOCK) != 0) {
          int now = calls.fileControl(one.copy, F_GETFL, 0);
          calls.fileControl(one.copy, F_SETFL, (now & ~O_NONBLOCK) | (flags & O_NONBLOCK));
        }
        ListenerOptions.copy(calls, socket, one.copy);
        one.taken = true;
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Whether that socket was taken over. */
  boolean hasTaken(long inode) {
    return find(inode).isPresent();
  }

  void listens(long inode, int backlog) {
    find(inode)
        .ifPresent(one -> {
          one.wanted = true;
          one.backlog = backlog;
        });
  }

  private Optional<Listener> find(long inode) {
    return listeners.stream()
        .filter(one -> one.taken && FileStatus.inode(calls, one.copy) == inode)
        .findFirst();
  }

  boolean isComplete() {
    return listeners.stream().allMatch(one -> one.wanted);
  }

  /** The program is ready: its predecessor may go. */
  void retire() {
    HandoverProtocol.say(calls, line, HandoverServer.RETIRE);
  }

  /** Whether the predecessor no longer offers listeners. */
  boolean isRetiring() {
    return retiring;
  }

  /** Whether it has ended. */
  boolean isOver() {
    return over;
  }

  @Override
  public int fd() {
    return line;
  }

  @Override
  public void ready(int events) {
    retiring = true;
    Optional<Message> message = HandoverProtocol.hear(calls, line);
    HandoverProtocol.drop(calls, message);
    if (message.isEmpty()) {
      over = true;
      calls.close(line);
      listeners.forEach(this::leave);
    }
  }

  /**
   * Closes our copy; listens again first, where the predecessor stopped the listener at its end.
   */
  private void leave(Listener one) {
    if (one.wanted && SocketOption.number(calls, one.copy, SOL_SOCKET, SO_ACCEPTCONN) == 0) {
      calls.listen(one.copy, one.backlog);
    }
    calls.close(one.copy);
  }
}
