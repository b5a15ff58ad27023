package inuse.core.run;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;
import static inuse.kernel.abi.Constants.SO_DOMAIN;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.kernel.Answer;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Numbers;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at each bind(2) and listen(2) of a program before the kernel does. Those that would succeed
 * go on untouched, and so does everything that is not understood. Where the kernel would say
 * EADDRINUSE the policy is applied first; then the call goes on all the same, with the program's
 * own rights, and the kernel has the last word.
 */
final class BindGuard implements Watched {
  /** sizeof(struct sockaddr_in) and sizeof(struct sockaddr_in6). */
  private static final int V4_BYTES = 16;

  private static final int V6_BYTES = 28;
  private static final int SCOPE_AT = 24;

  /** The same refusal is told once in so long: a program may try again and again. */
  private static final long TOLD_NANOS = 10_000_000_000L;

  /** The kernel takes as many; a loop over ports must not make us grow. */
  private static final int MOST_TOLD = 256;

  private final SystemCalls calls;
  private final Proc proc;
  private final Notifications notifications;
  private final Guarding settings;
  private final int bindNumber;
  private final OptionalLong namespace;
  private final Map<Refusal, Waiting> waiting = new HashMap<>();
  private final Map<Refusal, Long> told = new HashMap<>();
  private boolean over;

  /** The calls that wait for one answer, and the process that makes way for them. */
  private record Waiting(int pid, List<Notification> calls) {}

  BindGuard(SystemCalls calls, Proc proc, int listener, Guarding settings) {
    this.calls = calls;
    this.proc = proc;
    this.settings = settings;
    notifications = new Notifications(calls, listener);
    bindNumber = Numbers.of(calls.architecture()).bind();
    int own = calls.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    namespace = namespace(own);
    calls.close(own);
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

  /** Whether nobody runs under the filter any more. */
  boolean isOver() {
    return over;
  }

  /** Answers one call, or keeps it waiting. */
  private void serve() {
    Optional<Notification> next = notifications.next();
    if (next.isEmpty()) {
      return;
    }
    Notification call = next.get();
    Optional<Refusal> refusal =
        call.number() == bindNumber ? refusedBind(call) : refusedListen(call);
    if (refusal.isEmpty() || !notifications.isValid(call)) {
      notifications.goOn(call);
    } else {
      makeWay(call, refusal.get());
    }
  }

  private void makeWay(Notification call, Refusal refusal) {
    Waiting already = waiting.get(refusal);
    if (already != null) {
      already.calls.add(call);
      return;
    }
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    Long last = told.get(refusal);
    int pid =
        settings.once() && last != null && now - last < TOLD_NANOS
            ? 0
            : settings.wayMaker().start(refusal);
    if (pid <= 0) {
      notifications.goOn(call);
      return;
    }
    if (told.size() >= MOST_TOLD) {
      told.clear();
    }
    told.put(refusal, now);
    waiting.put(refusal, new Waiting(pid, new ArrayList<>(List.of(call))));
  }

  /** Where that child was one that made way, whoever waited for it goes on. */
  void ended(int pid) {
    waiting.entrySet().stream()
        .filter(entry -> entry.getValue().pid() == pid)
        .map(Map.Entry::getKey)
        .findFirst()
        .map(waiting::remove)
        .ifPresent(one -> one.calls().forEach(notifications::goOn));
  }

  /** Nobody waits any longer: the program is told to end, and shall hear it. */
  void giveUp() {
    for (Waiting one : waiting.values()) {
      // A child that has not been waited for: its pid is nobody else's.
      int pidfd = calls.pidfdOpen(one.pid(), 0);
      calls.pidfdSendSignal(pidfd, SIGTERM);
      calls.close(pidfd);
      one.calls().forEach(notifications::goOn);
    }
    waiting.clear();
  }

  private Optional<Refusal> refusedBind(Notification call) {
    long length = call.third() & 0xffffffffL;
    byte[] address = new byte[(int) Math.min(length, V6_BYTES)];
    if (address.length < V4_BYTES
        || calls.readMemory(call.thread(), call.second(), address) < address.length
        || !isInternet(address)
        || Bytes.getNetworkShort(address, 2) == 0) {
      return Optional.empty();
    }
    return withSocket(call, socket -> refused(call, socket, address, false));
  }

  /**
   * Two sockets with SO_REUSEADDR may be bound to one address; only one of them may listen. Where
   * the option is wanted a server has it from here on: what it leaves in TIME_WAIT lets only
   * sockets with the option by if it had the option itself.
   */
  private Optional<Refusal> refusedListen(Notification call) {
    return withSocket(
        call,
        socket -> {
          byte[] address = new byte[V6_BYTES];
          boolean reuses = SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0;
          if (!reuses
              && settings.reuseAddress()
              && SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) {
            SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
          }
          boolean mayConflict =
              reuses
                  && SocketOption.number(calls, socket, SOL_SOCKET, SO_ACCEPTCONN) == 0
                  && calls.getSocketName(socket, address) >= V4_BYTES
                  && isInternet(address)
                  && Bytes.getNetworkShort(address, 2) != 0;
          return mayConflict ? refused(call, socket, address, true) : Optional.empty();
        });
  }

  private static boolean isInternet(byte[] address) {
    int family = Bytes.getShort(address, 0);
    return family == AF_INET || (family == AF_INET6 && address.length == V6_BYTES);
  }

  /** What a look at the other's socket says. */
  private interface Look {
    Optional<Refusal> at(int socket);
  }

  private Optional<Refusal> withSocket(Notification call, Look look) {
    int pidfd = pidfd(call.thread());
    if (pidfd < 0) {
      return Optional.empty();
    }
    int socket = calls.pidfdGetFd(pidfd, (int) call.first());
    calls.close(pidfd);
    if (socket < 0) {
      return Optional.empty();
    }
    try {
      return look.at(socket);
    } finally {
      calls.close(socket);
    }
  }

  /** Of the thread itself (PIDFD_THREAD, which is O_EXCL, from Linux 6.9 on), or of its process. */
  private int pidfd(int thread) {
    int pidfd = calls.pidfdOpen(thread, O_EXCL);
    if (pidfd >= 0) {
      return pidfd;
    }
    return ProcessStatus.read(proc, thread) instanceof Answer.Got<ProcessStatus>(var status)
        ? calls.pidfdOpen(status.threadGroup(), 0)
        : pidfd;
  }

  private Optional<Refusal> refused(
      Notification call, int socket, byte[] address, boolean listening) {
    int type = SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE);
    int domain = SocketOption.number(calls, socket, SOL_SOCKET, SO_DOMAIN);
    if (!(type == SOCK_STREAM || (type == SOCK_DGRAM && settings.udp()))
        || domain != Bytes.getShort(address, 0)
        || !namespace(socket).equals(namespace)) {
      return Optional.empty();
    }
    SocketOptions options = SocketOptions.read(calls, socket, domain, type);
    byte[] whole = new byte[domain == AF_INET6 ? V6_BYTES : V4_BYTES];
    System.arraycopy(address, 0, whole, 0, whole.length);
    if (!options.isRefused(calls, whole, false) || (!listening && isBound(socket))) {
      return Optional.empty();
    }
    if (settings.reuseAddress()
        && !options.reuseAddress()
        && notifications.isValid(call)
        && !options.isRefused(calls, whole, true)) {
      SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
      return Optional.empty();
    }
    // A scope is nothing that can be asked about.
    boolean scoped = domain == AF_INET6 && Bytes.getInt(whole, SCOPE_AT) != 0;
    return scoped ? Optional.empty() : Optional.of(refusal(options, whole));
  }

  private static Refusal refusal(SocketOptions options, byte[] address) {
    boolean v6 = options.domain() == AF_INET6;
    RawAddress raw = RawAddress.read(address, v6 ? 8 : 4, v6 ? 16 : 4);
    IpAddress.Family family = v6 ? IpAddress.Family.V6 : IpAddress.Family.V4;
    return new Refusal(
        options.type() == SOCK_DGRAM ? Protocol.UDP : Protocol.TCP,
        new Endpoint(
            new IpAddress(family, raw.high(), raw.low()),
            new Port(Bytes.getNetworkShort(address, 2))),
        options.reuseAddress(),
        options.reusePort(),
        options.ipv6Only(),
        options.device(),
        new Uid(options.uid()));
  }

  /** A second bind of one socket is refused for another reason. */
  private boolean isBound(int socket) {
    byte[] name = new byte[V6_BYTES];
    return calls.getSocketName(socket, name) >= V4_BYTES && Bytes.getNetworkShort(name, 2) != 0;
  }

  /** The cookie of a socket's network namespace; nothing before Linux 5.14, which cannot tell. */
  private OptionalLong namespace(int socket) {
    return SocketOption.cookie(calls, socket, SO_NETNS_COOKIE);
  }
}
