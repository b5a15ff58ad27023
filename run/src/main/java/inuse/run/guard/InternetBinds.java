package inuse.run.guard;

import static inuse.kernel.abi.Constants.IPPROTO_TCP;
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
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.guard.Decision.Answered;
import inuse.run.guard.Decision.Refused;
import inuse.run.guard.Decision.Untouched;
import inuse.run.guard.RefusedAddress.Askable;
import inuse.run.handover.Handover;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.SocketOptions.Outcome;
import inuse.run.handover.WaitingBind;
import inuse.run.process.TaskRights;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/** Decides about bind(2) and listen(2) of TCP and UDP sockets. */
final class InternetBinds {
  private final Host host;
  private final SystemCalls calls;
  private final Notifications notifications;
  private final GuardOptions options;
  private final Optional<Handover> handover;
  private final IntConsumer listened;
  private final OptionalLong namespace;

  /**
   * Whether a task has put itself under Landlock, and with it all that it starts from then on: such
   * a bind may be refused for that, and nobody can ask whether it is.
   */
  private boolean isRestricted;

  /**
   * Binds of our network namespace.
   *
   * @param namespace its cookie
   * @param listened is told each port that is listened on
   */
  InternetBinds(
      Host host,
      Notifications notifications,
      GuardOptions options,
      Optional<Handover> handover,
      OptionalLong namespace,
      IntConsumer listened) {
    this.host = host;
    calls = host.calls();
    this.notifications = notifications;
    this.options = options;
    this.handover = handover;
    this.namespace = namespace;
    this.listened = listened;
  }

  /** From now on a task may be under Landlock. */
  void restrict() {
    isRestricted = true;
  }

  boolean isRestricted() {
    return isRestricted;
  }

  /**
   * What happens to a bind.
   *
   * @param socket a duplicate of the program's socket
   * @param address struct sockaddr_in or sockaddr_in6
   */
  Decision bind(Notification call, int socket, byte[] address) {
    if (handover.filter(one -> one.hasTaken(socket)).isPresent()) {
      // Before Linux 5.19 a signal may interrupt the answer, and then the program repeats the call.
      notifications.succeed(call);
      return new Answered();
    }
    Optional<BindAttempt> attempt = attempt(socket, address);
    if (attempt.isEmpty() || isBound(socket)) {
      return new Untouched();
    }
    if (attempt.get().isStream() && !attempt.get().isOfAnyPort()) {
      handover.ifPresent(one -> one.binds(socket, address));
    }
    Outcome ours = attempt.get().outcome(calls);
    // The task may have fewer rights than we have, which matters to a privileged port.
    boolean mayBeDenied = ours == Outcome.POSSIBLE && attempt.get().isPrivileged();
    if (ours == Outcome.OTHERWISE_REFUSED
        || (ours == Outcome.POSSIBLE && !mayTake(attempt.get()) && !mayBeDenied)) {
      return new Untouched();
    }
    Optional<TaskRights> rights = TaskRights.of(host, call.thread());
    return rights
        .map(known -> bind(call, socket, attempt.get(), ours, known))
        .orElse(new Untouched());
  }

  /**
   * A bind by a task with those rights.
   *
   * @param ours what it ends with by our own
   */
  private Decision bind(
      Notification call, int socket, BindAttempt attempt, Outcome ours, TaskRights rights) {
    Outcome outcome = attempt.outcome(host, false, rights);
    if (outcome != ours && outcome != Outcome.DENIED) {
      return new Untouched();
    }
    return switch (outcome) {
      case NOT_LOCAL -> told(attempt, Refusal.Reason.NOT_LOCAL, rights);
      case DENIED -> told(attempt, Refusal.Reason.DENIED, rights);
      case OTHERWISE_REFUSED -> new Untouched();
      case POSSIBLE, IN_USE -> permitted(call, socket, attempt, outcome, rights);
    };
  }

  private Decision told(BindAttempt attempt, Refusal.Reason reason, TaskRights rights) {
    return new Refused(new Refusal(new Askable(attempt.refused(calls, rights)), reason, rights));
  }

  /** A bind that the task may make, as far as its rights go. */
  private Decision permitted(
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
    return handover.isPresent() && attempt.isStream() && !attempt.isOfAnyPort() && !isRestricted;
  }

  private WaitingBind waiting(
      Notification call, int socket, BindAttempt attempt, TaskRights rights) {
    return new WaitingBind(notifications, call, socket, attempt.address(), rights);
  }

  /**
   * Two sockets with SO_REUSEADDR may be bound to one address; only one of them may listen. Where
   * the option is wanted, a server gets it here at the latest: its later TIME_WAIT sockets let a
   * bind with the option pass only if the server had it itself.
   */
  Decision listen(Notification call, int socket) {
    byte[] address = new byte[BindAttempt.V6_BYTES];
    boolean reuses = SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0;
    if (!reuses
        && options.reuseAddress()
        && SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) {
      SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
    }
    boolean named =
        calls.getSocketName(socket, address) >= BindAttempt.V4_BYTES
            && BindAttempt.isInternet(address)
            && Bytes.getNetworkShort(address, 2) != 0;
    if (named) {
      listened.accept(Bytes.getNetworkShort(address, 2));
      handover.ifPresent(one -> one.atListen(call, socket));
    }
    boolean mayConflict = named && reuses && isClosed(socket);
    return mayConflict ? listen(call, socket, address) : new Untouched();
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

  private Decision refused(
      Notification call, int socket, BindAttempt attempt, TaskRights rights, boolean listening) {
    if (options.reuseAddress()
        && !attempt.isOfAnyPort()
        && !attempt.options().reuseAddress()
        && notifications.isValid(call)
        && attempt.outcome(host, true, rights) == Outcome.POSSIBLE) {
      SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
      return new Untouched();
    }
    RefusedBind refused = attempt.refused(calls, rights);
    boolean lent =
        !listening
            && mayTake(attempt)
            && notifications.isValid(call)
            && handover.get().borrows(waiting(call, socket, attempt, rights), refused);
    return lent
        ? new Answered()
        : new Refused(new Refusal(new Askable(refused), Refusal.Reason.IN_USE, rights));
  }

  /** Whether the socket is already bound: a second bind fails for another reason. */
  private boolean isBound(int socket) {
    byte[] name = new byte[BindAttempt.V6_BYTES];
    return calls.getSocketName(socket, name) >= BindAttempt.V4_BYTES
        && Bytes.getNetworkShort(name, 2) != 0;
  }
}
