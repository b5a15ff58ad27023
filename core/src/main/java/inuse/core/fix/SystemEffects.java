package inuse.core.fix;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.SIGHUP;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGPIPE;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SOCK_DESTROY;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Device;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Statement;
import inuse.core.evidence.UnixTarget;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.RawAddress;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.DestroyedSockets;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The effects on this machine. From its construction to the end of this process, SIGINT, SIGTERM,
 * SIGHUP and SIGPIPE no longer end the process: {@link #await} reports them instead.
 */
@SuppressWarnings("exports") // made inside our own modules, which see Host
public final class SystemEffects implements Effects, AutoCloseable {
  /** Limit for one answer of the kernel, which takes microseconds. */
  private static final Duration OF_AN_ACT = Duration.ofSeconds(3);

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** struct signalfd_siginfo. */
  private static final int SIGNAL_BYTES = 128;

  private final SystemCalls calls;
  private final Scope scope;
  private final NamespaceSwitch namespaces;
  private final OptionalInt signals;
  private final ProcessEffects processes;
  private final CommandEffects commands;
  private final ContainerEffects containers;
  private final FileEffects files;
  private Optional<DestroyedSockets> news = Optional.empty();
  private boolean listened;

  /**
   * The target of the effects.
   *
   * @param port whose destroyed sockets are reported; none for a unix socket
   * @param namespace path of the network namespace in which it is; empty for ours
   * @param isStale whether the path is a socket file without a socket, as far as that is known
   */
  public record Scope(
      OptionalInt port, Optional<String> namespace, Predicate<UnixTarget.Path> isStale) {}

  /** Effects for one target. */
  public SystemEffects(Host host, Scope scope) {
    this(host, scope, caught(host.calls()));
  }

  /** Effects that only wait: signals end this process as usual. */
  public static SystemEffects waiting(Host host, Scope scope) {
    return new SystemEffects(host, scope, OptionalInt.empty());
  }

  private SystemEffects(Host host, Scope scope, OptionalInt signals) {
    calls = host.calls();
    this.scope = scope;
    namespaces = new NamespaceSwitch(host);
    this.signals = signals;
    processes = new ProcessEffects(host);
    commands = new CommandEffects(host, signals);
    containers = new ContainerEffects(host);
    files = new FileEffects(calls, scope.isStale());
  }

  private static OptionalInt caught(SystemCalls calls) {
    int fd = calls.signalDescriptor(SIGINT, SIGTERM, SIGHUP, SIGPIPE);
    return fd < 0 ? OptionalInt.empty() : OptionalInt.of(fd);
  }

  @Override
  public Result hold(Consent.Agreed agreed) {
    return processes.hold(agreed);
  }

  /** {@link Result#FAILED} for a process that is not held. */
  @Override
  public Result signal(Victim victim, Signal signal) {
    return processes.signal(victim, signal);
  }

  /** All that have ended so far; they are no longer waited for. */
  @Override
  public Set<Victim> ended() {
    return processes.ended();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first wait only subscribes, and returns {@link Event#CHANGED} unless it was interrupted:
   * earlier changes are not reported. {@link Event#INTERRUPTED} is returned once for the signals
   * that have arrived, so that the rest of the work can be waited for.
   */
  @Override
  public Event await(Duration most) {
    long end = calls.clockNanos(CLOCK_MONOTONIC) + most.toNanos();
    if (listen()) {
      return await(Duration.ZERO) == Event.INTERRUPTED ? Event.INTERRUPTED : Event.CHANGED;
    }
    while (true) {
      List<Integer> pidfds = processes.pidfds();
      int[] fds = descriptors(pidfds);
      int[] events = new int[fds.length];
      long left = Math.max(0, end - calls.clockNanos(CLOCK_MONOTONIC));
      int count = calls.awaitInputs(fds, events, left);
      if (count < 0 && count != -Errno.EINTR.code()) {
        throw new IllegalStateException("ppoll: " + Errno.of(count));
      }
      if (count > 0) {
        Optional<Event> event = event(events, pidfds.size());
        if (event.isPresent()) {
          return event.get();
        }
      }
      if (count == 0 || left == 0) {
        return Event.TIME_IS_OVER;
      }
    }
  }

  /** Subscribes; whether this is the first call. */
  private boolean listen() {
    if (listened || scope.port().isEmpty()) {
      return false;
    }
    listened = true;
    CallResult<DestroyedSockets> opened = there(() -> DestroyedSockets.open(calls));
    if (opened instanceof CallResult.Ok<DestroyedSockets>(DestroyedSockets sockets)) {
      news = Optional.of(sockets);
    }
    return news.isPresent();
  }

  /** The descriptors of the processes, then of the notifications, then of the signals. */
  private int[] descriptors(List<Integer> pidfds) {
    int count = pidfds.size();
    int[] fds = new int[count + (news.isPresent() ? 1 : 0) + (signals.isPresent() ? 1 : 0)];
    for (int i = 0; i < count; i++) {
      fds[i] = pidfds.get(i);
    }
    if (news.isPresent()) {
      fds[count] = news.get().fd();
    }
    if (signals.isPresent()) {
      fds[fds.length - 1] = signals.getAsInt();
    }
    return fds;
  }

  private Optional<Event> event(int[] events, int processCount) {
    if (signals.isPresent() && events[events.length - 1] != 0) {
      byte[] signal = new byte[SIGNAL_BYTES];
      boolean more = true;
      while (more) {
        more = calls.read(signals.getAsInt(), signal) > 0;
      }
      return Optional.of(Event.INTERRUPTED);
    }
    for (int i = 0; i < processCount; i++) {
      if (events[i] != 0) {
        return Optional.of(Event.CHANGED);
      }
    }
    boolean told =
        news.isPresent()
            && events[processCount] != 0
            && news.get().take(port -> port == scope.port().orElseThrow());
    return told ? Optional.of(Event.CHANGED) : Optional.empty();
  }

  @Override
  public Result destroy(BoundSocket socket) {
    if (socket.cookie() == 0) {
      // Without a cookie the kernel might find another socket.
      return Result.FAILED;
    }
    byte[] request = exact(socket).encode();
    long end = calls.clockNanos(CLOCK_MONOTONIC) + OF_AN_ACT.toNanos();
    DumpEnd answer = there(() -> new NetlinkSocket(calls).act(SOCK_DESTROY, request, end));
    return switch (answer) {
      case DumpEnd.Whole whole -> Result.DONE;
      case DumpEnd.Torn torn -> Result.FAILED;
      case DumpEnd.Refused(var why) -> undestroyed(why.errno());
    };
  }

  private <T> T there(Supplier<T> work) {
    if (scope.namespace().isEmpty()) {
      return work.get();
    }
    return switch (namespaces.within(scope.namespace().get(), work)) {
      case CallResult.Ok<T>(T done) -> done;
      case CallResult.Failed<T> failed ->
          throw new IllegalStateException("the network namespace is closed to us");
    };
  }

  private static Result undestroyed(Errno errno) {
    if (errno.equals(Errno.ENOENT)) {
      return Result.RELEASED;
    }
    return errno.isDenied() ? Result.DENIED : Result.FAILED;
  }

  private static InetDiag.Exact exact(BoundSocket socket) {
    Endpoint local = socket.local();
    return new InetDiag.Exact(
        local.address().family() == IpAddress.Family.V4 ? AF_INET : AF_INET6,
        switch (socket.protocol()) {
          case TCP -> IPPROTO_TCP;
          case UDP -> IPPROTO_UDP;
        },
        local.port().number(),
        socket.peer().map(peer -> peer.port().number()).orElse(0),
        raw(local),
        socket.peer().map(SystemEffects::raw).orElse(new RawAddress(0, 0)),
        socket.device().map(Device::index).orElse(0),
        socket.cookie());
  }

  private static RawAddress raw(Endpoint endpoint) {
    return new RawAddress(endpoint.address().high(), endpoint.address().low());
  }

  /**
   * {@inheritDoc}
   *
   * <p>A command that outlasts its time, or a signal, is left alone and is {@link Result#SURVIVED};
   * the next wait reports the signal. A command that is not installed is {@link
   * Result#UNAVAILABLE}.
   */
  @Override
  public Ran run(List<String> command, Duration most) {
    return commands.run(command, most);
  }

  @Override
  public Result stop(Statement.Trusted<Container> container, Duration grace) {
    return containers.stop(container, grace).result();
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@link Result#RELEASED} where the file is served, gone, or another one.
   */
  @Override
  public Result remove(UnixTarget.Path file) {
    return files.remove(file);
  }

  @Override
  public long nowMillis() {
    return calls.clockNanos(CLOCK_MONOTONIC) / NANOS_PER_MILLI;
  }

  @Override
  public void close() {
    processes.close();
    commands.close();
    news.ifPresent(DestroyedSockets::close);
    news = Optional.empty();
    if (signals.isPresent()) {
      calls.close(signals.getAsInt());
    }
  }
}
