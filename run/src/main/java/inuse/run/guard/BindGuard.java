package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.AF_VSOCK;
import static inuse.kernel.abi.Constants.POLLIN;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Numbers;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.guard.Decision.Answered;
import inuse.run.guard.Decision.Refused;
import inuse.run.guard.Decision.Untouched;
import inuse.run.guard.RefusedAddress.Askable;
import inuse.run.handover.Handover;
import inuse.run.process.PollHandler;
import inuse.run.process.TaskRights;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Intercepts each bind(2) and listen(2) of a program before the kernel executes it. Calls that
 * would succeed continue untouched, and so does every call that is not understood, or that would
 * fail for a reason of its own. Where the kernel would say EADDRINUSE the policy is applied first,
 * with no more rights than those of the task that binds; where it would refuse the address or the
 * task, that is told. Then the call continues all the same, and the kernel decides.
 */
public final class BindGuard implements PollHandler {
  /** sizeof(struct sockaddr_storage): the kernel takes no longer address (EINVAL). */
  private static final int MAX_ADDRESS_BYTES = 128;

  /** sizeof(sa_family_t). */
  private static final int FAMILY_BYTES = 2;

  private final Host host;
  private final SystemCalls calls;
  private final Notifications notifications;
  private final Optional<Handover> handover;
  private final Numbers numbers;
  private final PendingBinds waiting;
  private final InternetBinds internet;
  private final UnixBind unix;
  private final IdBind ids;
  private boolean over;

  public BindGuard(
      Host host,
      int listener,
      GuardOptions options,
      Optional<Handover> handover,
      IntConsumer listened) {
    this.host = host;
    calls = host.calls();
    notifications = new Notifications(calls, listener);
    waiting = new PendingBinds(calls, notifications, options);
    this.handover = handover;
    OptionalLong namespace = SocketOption.ownNamespace(calls);
    numbers = Numbers.of(calls.architecture());
    internet = new InternetBinds(host, notifications, options, handover, namespace, listened);
    unix = new UnixBind(host, namespace);
    ids = new IdBind(host, namespace);
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
      case Refused(Refusal refusal) -> {
        if (notifications.isValid(call)) {
          waiting.add(call, internet.isRestricted() ? refusal.restricted() : refusal);
        } else {
          notifications.goOn(call);
        }
      }
    }
  }

  private Decision decide(Notification call) {
    if (call.number() == numbers.landlock_restrict_self()) {
      internet.restrict();
      return new Untouched();
    }
    if (call.number() == numbers.bind()) {
      return bind(call);
    }
    return call.number() == numbers.listen()
        ? withSocket(call, socket -> internet.listen(call, socket))
        : shutdown(call);
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
    if (length < FAMILY_BYTES || length > MAX_ADDRESS_BYTES) {
      return new Untouched();
    }
    byte[] address = new byte[(int) length];
    if (calls.readMemory(call.thread(), call.second(), address) < address.length) {
      return new Untouched();
    }
    return switch (Bytes.getShort(address, 0)) {
      case AF_UNIX ->
          withSocket(
              call,
              socket ->
                  inUse(call, unix.refused(call.thread(), socket, address).map(Askable::new)));
      case AF_NETLINK, AF_VSOCK ->
          withSocket(call, socket -> inUse(call, ids.refused(socket, address)));
      default -> {
        byte[] known = Arrays.copyOf(address, Math.min(address.length, BindAttempt.V6_BYTES));
        yield known.length >= BindAttempt.V4_BYTES && BindAttempt.isInternet(known)
            ? withSocket(call, socket -> internet.bind(call, socket, known))
            : new Untouched();
      }
    };
  }

  /** What is refused with EADDRINUSE, whoever binds it. */
  private Decision inUse(Notification call, Optional<? extends RefusedAddress> address) {
    if (address.isEmpty()) {
      return new Untouched();
    }
    return TaskRights.of(host, call.thread())
        .<Decision>map(
            rights -> new Refused(new Refusal(address.get(), Refusal.Reason.IN_USE, rights)))
        .orElse(new Untouched());
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

  /** A check of a duplicate of the program's socket. */
  private interface Look {
    Decision at(int socket);
  }

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
}
