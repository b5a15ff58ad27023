package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_TYPE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_INFO;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Numbers;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.handover.Handover;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.SocketOptions.Outcome;
import inuse.run.handover.WaitingBind;
import inuse.run.process.PollHandler;
import inuse.run.process.TaskRights;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Intercepts each bind(2) and listen(2) of a program before the kernel executes it. Calls that
 * would succeed continue untouched, and so does every call that is not understood, or that would
 * fail for another reason. Where the kernel would say EADDRINUSE the policy is applied first, with
 * no more rights than those of the task that binds; then the call continues all the same, and the
 * kernel decides.
 */
public final class BindGuard implements PollHandler {
  /** sizeof(struct sockaddr_storage): the kernel takes no longer address (EINVAL). */
  private static final int MAX_ADDRESS_BYTES = 128;

  private final Host host;
  private final SystemCalls calls;
  private final Notifications notifications;
  private final GuardOptions options;
  private final Optional<Handover> handover;
  private final IntConsumer listened;
  private final Numbers numbers;
  private final OptionalLong namespace;
  private final PendingBinds waiting;
  private boolean over;

  /**
   * Whether a task has put itself under Landlock, and with it all that it starts from then on: such
   * a bind may be refused for that, and nobody can ask whether it is.
   */
  private boolean isRestricted;

  public BindGuard(
      Host host,
      int listener,
      GuardOptions options,
      Optional<Handover> handover,
      IntConsumer listened) {
    this.host = host;
    calls = host.calls();
    this.options = options;
    notifications = new Notifications(calls, listener);
    waiting = new PendingBinds(calls, notifications, options);
    this.handover = handover;
    this.listened = listened;
    namespace = SocketOption.ownNamespace(calls);
    numbers = Numbers.of(calls.architecture());
  }

  @Override
  public int fd() {
    return notifications.fd();
  }

  @Override
  public void ready(int events) {
    if ((events & POLLIN) != 0) {
      serve();
    } else {
      over = true;
    }
  }

  /** Whether no process runs under the filter any more. */
  public boolean isOver() {
    return over;
  }

  /** Answers one call, or lets it wait. */
  private void serve() {
    Optional<Notification> next = notifications.next();
    if (next.isEmpty()) {
      return;
    }
    Notification call = next.get();
    switch (decide(call)) {
      case Untouched untouched -> notifications.goOn(call);
      case Answered answered -> {}
      case Refused(RefusedBind refused, TaskRights rights) -> {
        if (notifications.isValid(call)) {
          waiting.add(call, refused, isRestricted ? rights.restricted() : rights);
        } else {
          notifications.goOn(call);
        }
      }
    }
  }

  private Decision decide(Notification call) {
    if (call.number() == numbers.landlock_restrict_self()) {
      isRestricted = true;
      return new Untouched();
    }
    return call.number() == numbers.bind()
        ? bind(call)
        : call.number() == numbers.listen() ? listen(call) : shutdown(call);
  }

  /** Where that child resolved a conflict, the calls that waited for it continue. */
  public void ended(int pid) {
    waiting.ended(pid);
  }

  /**
   * Lets every waiting call continue: the program is told to end, and must be able to handle the
   * signal.
   */
  public void giveUp() {
    waiting.giveUp();
  }

  private Decision bind(Notification call) {
    long length = call.third() & 0xffffffffL;
    byte[] address = new byte[(int) Math.min(length, BindAttempt.V6_BYTES)];
    if (address.length < BindAttempt.V4_BYTES
        || length > MAX_ADDRESS_BYTES
        || calls.readMemory(call.thread(), call.second(), address) < address.length
        || !isInternet(address)
        || Bytes.getNetworkShort(address, 2) == 0) {
      return new Untouched();
    }
    return withSocket(call, socket -> bind(call, socket, address));
  }

  private Decision bind(Notification call, int socket, byte[] address) {
    if (handover.filter(one -> one.hasTaken(socket)).isPresent()) {
      // Before Linux 5.19 a signal may interrupt the answer, and then the program repeats the call.
      notifications.succeed(call);
      return new Answered();
    }
    Optional<BindAttempt> attempt = attempt(socket, address);
    if (attempt.isEmpty() || isBound(socket)) {
      return new Untouched();
    }
    if (attempt.get().isStream()) {
      handover.ifPresent(one -> one.binds(socket, address));
    }
    Outcome outcome = attempt.get().outcome(calls);
    if (outcome == Outcome.OTHERWISE_REFUSED
        || (outcome == Outcome.POSSIBLE && !mayTake(attempt.get()))) {
      return new Untouched();
    }
    return TaskRights.of(host, call.thread())
        .filter(rights -> attempt.get().outcome(host, false, rights) == outcome)
        .map(rights -> bind(call, socket, attempt.get(), outcome, rights))
        .orElse(new Untouched());
  }

  /** A bind that the task may make, as far as its rights go. */
  private Decision bind(
      Notification call, int socket, BindAttempt attempt, Outcome outcome, TaskRights rights) {
    if (mayTake(attempt)
        && notifications.isValid(call)
        && handover.get().takes(waiting(call, socket, attempt, rights))) {
      return new Answered();
    }
    return outcome == Outcome.POSSIBLE
        ? new Untouched()
        : refused(call, socket, attempt, rights, false);
  }

  private Optional<BindAttempt> attempt(int socket, byte[] address) {
    return BindAttempt.of(calls, socket, address, namespace)
        .filter(one -> one.isStream() || options.udp());
  }

  private boolean mayTake(BindAttempt attempt) {
    return handover.isPresent() && attempt.isStream() && !isRestricted;
  }

  private WaitingBind waiting(
      Notification call, int socket, BindAttempt attempt, TaskRights rights) {
    return new WaitingBind(notifications, call, socket, attempt.address(), rights);
  }

  /**
   * Answers a shutdown without making it where a successor shares the listener, which must go on
   * listening.
   */
  private Decision shutdown(Notification call) {
    if (handover.filter(Handover::hasHanded).isEmpty()) {
      return new Untouched();
    }
    return withSocket(
        call,
        socket -> {
          if (!handover.get().hasHanded(socket)) {
            return new Untouched();
          }
          notifications.succeed(call);
          return new Answered();
        });
  }

  /**
   * Two sockets with SO_REUSEADDR may be bound to one address; only one of them may listen. Where
   * the option is wanted, a server gets it here at the latest: its later TIME_WAIT sockets let a
   * bind with the option pass only if the server had it itself.
   */
  private Decision listen(Notification call) {
    return withSocket(
        call,
        socket -> {
          byte[] address = new byte[BindAttempt.V6_BYTES];
          boolean reuses = SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0;
          if (!reuses
              && options.reuseAddress()
              && SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) {
            SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
          }
          boolean named =
              calls.getSocketName(socket, address) >= BindAttempt.V4_BYTES
                  && isInternet(address)
                  && Bytes.getNetworkShort(address, 2) != 0;
          if (named) {
            listened.accept(Bytes.getNetworkShort(address, 2));
            handover.ifPresent(one -> one.atListen(call, socket));
          }
          boolean mayConflict = named && reuses && isClosed(socket);
          return mayConflict ? listen(call, socket, address) : new Untouched();
        });
  }

  /** Which rights a bind would take does not matter any more. */
  private Decision listen(Notification call, int socket, byte[] address) {
    Optional<BindAttempt> attempt = attempt(socket, address).filter(BindAttempt::isStream);
    if (attempt.isEmpty() || attempt.get().outcome(calls) != Outcome.IN_USE) {
      return new Untouched();
    }
    return TaskRights.of(host, call.thread())
        .map(rights -> refused(call, socket, attempt.get(), rights, true))
        .orElse(new Untouched());
  }

  /** Whether it neither listens nor is connected, which listen(2) refuses for that reason. */
  private boolean isClosed(int socket) {
    byte[] state = new byte[1];
    boolean connected =
        calls.getSocketOption(socket, IPPROTO_TCP, TCP_INFO, state) > 0
            && state[0] != 0
            && state[0] != TCP_CLOSE;
    return !connected && SocketOption.number(calls, socket, SOL_SOCKET, SO_ACCEPTCONN) == 0;
  }

  private static boolean isInternet(byte[] address) {
    int family = Bytes.getShort(address, 0);
    return family == AF_INET || (family == AF_INET6 && address.length == BindAttempt.V6_BYTES);
  }

  /** A check of a duplicate of the program's socket. */
  private interface Look {
    Decision at(int socket);
  }

  /** What happens to a call. */
  private sealed interface Decision {}

  /** It continues unchanged. */
  private record Untouched() implements Decision {}

  /** It has been answered. */
  private record Answered() implements Decision {}

  /** The kernel would refuse it, to a task that may do so much about it. */
  private record Refused(RefusedBind refused, TaskRights rights) implements Decision {}

  private Decision withSocket(Notification call, Look look) {
    int socket = SocketCopy.of(host, call);
    if (socket < 0) {
      return new Untouched();
    }
    try {
      return look.at(socket);
    } finally {
      calls.close(socket);
    }
  }

  private Decision refused(
      Notification call, int socket, BindAttempt attempt, TaskRights rights, boolean listening) {
    if (options.reuseAddress()
        && !attempt.options().reuseAddress()
        && notifications.isValid(call)
        && attempt.outcome(host, true, rights) == Outcome.POSSIBLE) {
      SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
      return new Untouched();
    }
    if (attempt.hasScope()) {
      return new Untouched();
    }
    RefusedBind refused = RefusedBind.of(attempt.options(), attempt.address(), rights);
    boolean lent =
        !listening
            && mayTake(attempt)
            && notifications.isValid(call)
            && handover.get().borrows(waiting(call, socket, attempt, rights), refused);
    return lent ? new Answered() : new Refused(refused, rights);
  }

  /** Whether the socket is already bound: a second bind fails for another reason. */
  private boolean isBound(int socket) {
    byte[] name = new byte[BindAttempt.V6_BYTES];
    return calls.getSocketName(socket, name) >= BindAttempt.V4_BYTES
        && Bytes.getNetworkShort(name, 2) != 0;
  }
}
