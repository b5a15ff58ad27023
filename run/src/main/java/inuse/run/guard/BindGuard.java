package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;
import static inuse.kernel.abi.Constants.SO_DOMAIN;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Numbers;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.handover.Handover;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.SocketOptions;
import inuse.run.process.PollHandler;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Intercepts each bind(2) and listen(2) of a program before the kernel executes it. Calls that
 * would succeed continue untouched, and so does every call that is not understood. Where the kernel
 * would say EADDRINUSE the policy is applied first; then the call continues all the same, with the
 * program's own permissions, and the kernel decides.
 */
public final class BindGuard implements PollHandler {
  /** sizeof(struct sockaddr_in) and sizeof(struct sockaddr_in6). */
  private static final int V4_BYTES = 16;

  private static final int V6_BYTES = 28;
  private static final int SCOPE_AT = 24;

  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessNumbers pids;
  private final Notifications notifications;
  private final GuardOptions options;
  private final Optional<Handover> handover;
  private final IntConsumer listened;
  private final Numbers numbers;
  private final OptionalLong namespace;
  private final PendingBinds waiting;
  private boolean over;

  public BindGuard(
      Host host,
      int listener,
      GuardOptions options,
      Optional<Handover> handover,
      IntConsumer listened) {
    calls = host.calls();
    proc = host.proc();
    pids = new ProcessNumbers(host);
    this.options = options;
    notifications = new Notifications(calls, listener);
    waiting = new PendingBinds(calls, notifications, options);
    this.handover = handover;
    this.listened = listened;
    numbers = Numbers.of(calls.architecture());
    namespace = SocketOption.ownNamespace(calls);
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
    Decision decision =
        call.number() == numbers.bind()
            ? bind(call)
            : call.number() == numbers.listen() ? listen(call) : shutdown(call);
    switch (decision) {
      case Untouched untouched -> notifications.goOn(call);
      case Answered answered -> {}
      case Refused(RefusedBind refused) -> {
        if (notifications.isValid(call)) {
          waiting.add(call, refused);
        } else {
          notifications.goOn(call);
        }
      }
    }
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
    byte[] address = new byte[(int) Math.min(length, V6_BYTES)];
    if (address.length < V4_BYTES
        || calls.readMemory(call.thread(), call.second(), address) < address.length
        || !isInternet(address)
        || Bytes.getNetworkShort(address, 2) == 0) {
      return new Untouched();
    }
    return withSocket(
        call,
        socket ->
            isTakenOver(call, socket, address)
                ? new Answered()
                : refused(call, socket, address, false));
  }

  private boolean isTakenOver(Notification call, int socket, byte[] address) {
    return handover.isPresent()
        && SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM
        && SocketOption.number(calls, socket, SOL_SOCKET, SO_DOMAIN) == Bytes.getShort(address, 0)
        && namespace(socket).equals(namespace)
        && notifications.isValid(call)
        && handover.get().atBind(notifications, call, socket, address);
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
          byte[] address = new byte[V6_BYTES];
          boolean reuses = SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0;
          if (!reuses
              && options.reuseAddress()
              && SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) {
            SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
          }
          boolean named =
              calls.getSocketName(socket, address) >= V4_BYTES
                  && isInternet(address)
                  && Bytes.getNetworkShort(address, 2) != 0;
          if (named) {
            listened.accept(Bytes.getNetworkShort(address, 2));
            handover.ifPresent(one -> one.atListen(call, socket));
          }
          boolean mayConflict =
              named && reuses && SocketOption.number(calls, socket, SOL_SOCKET, SO_ACCEPTCONN) == 0;
          return mayConflict ? refused(call, socket, address, true) : new Untouched();
        });
  }

  private static boolean isInternet(byte[] address) {
    int family = Bytes.getShort(address, 0);
    return family == AF_INET || (family == AF_INET6 && address.length == V6_BYTES);
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

  /** The kernel would refuse it. */
  private record Refused(RefusedBind refused) implements Decision {}

  private Decision withSocket(Notification call, Look look) {
    int pidfd = pidfd(call.thread());
    if (pidfd < 0) {
      return new Untouched();
    }
    int socket = calls.pidfdGetFd(pidfd, (int) call.first());
    calls.close(pidfd);
    if (socket < 0) {
      return new Untouched();
    }
    try {
      return look.at(socket);
    } finally {
      calls.close(socket);
    }
  }

  /**
   * A pidfd of the thread itself (PIDFD_THREAD, which is O_EXCL, from Linux 6.9 on), or of its
   * process.
   */
  private int pidfd(int thread) {
    int pidfd = calls.pidfdOpen(thread, O_EXCL);
    if (pidfd >= 0) {
      return pidfd;
    }
    // In a /proc of another pid namespace it is another thread's.
    return pids.areOurs().is(true)
            && ProcessStatus.read(proc, thread) instanceof CallResult.Ok<ProcessStatus>(var status)
        ? calls.pidfdOpen(status.threadGroup(), 0)
        : pidfd;
  }

  private Decision refused(Notification call, int socket, byte[] address, boolean listening) {
    int type = SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE);
    int domain = SocketOption.number(calls, socket, SOL_SOCKET, SO_DOMAIN);
    if (!(type == SOCK_STREAM || (type == SOCK_DGRAM && options.udp()))
        || domain != Bytes.getShort(address, 0)
        || !namespace(socket).equals(namespace)) {
      return new Untouched();
    }
    SocketOptions asked = SocketOptions.read(calls, socket, domain, type);
    byte[] whole = new byte[domain == AF_INET6 ? V6_BYTES : V4_BYTES];
    System.arraycopy(address, 0, whole, 0, whole.length);
    if (!asked.isRefused(calls, whole, false) || (!listening && isBound(socket))) {
      return new Untouched();
    }
    if (options.reuseAddress()
        && !asked.reuseAddress()
        && notifications.isValid(call)
        && !asked.isRefused(calls, whole, true)) {
      SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
      return new Untouched();
    }
    // A question cannot express a scope.
    if (domain == AF_INET6 && Bytes.getInt(whole, SCOPE_AT) != 0) {
      return new Untouched();
    }
    RefusedBind refused = RefusedBind.of(asked, whole);
    boolean lent =
        !listening
            && type == SOCK_STREAM
            && handover.isPresent()
            && notifications.isValid(call)
            && handover.get().atRefusal(notifications, call, socket, whole, refused);
    return lent ? new Answered() : new Refused(refused);
  }

  /** Whether the socket is already bound: a second bind fails for another reason. */
  private boolean isBound(int socket) {
    byte[] name = new byte[V6_BYTES];
    return calls.getSocketName(socket, name) >= V4_BYTES && Bytes.getNetworkShort(name, 2) != 0;
  }

  /** The cookie of a socket's network namespace; empty before Linux 5.14. */
  private OptionalLong namespace(int socket) {
    return SocketOption.cookie(calls, socket, SO_NETNS_COOKIE);
  }
}
