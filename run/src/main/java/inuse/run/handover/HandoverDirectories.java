package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_PATH;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import inuse.kernel.abi.Architecture;
import inuse.kernel.proc.Numeral;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Where the supervisors of one user meet: sockets in a directory that is that user's alone. An
 * abstract name could be taken by anybody in the network namespace, also from within a container.
 *
 * <p>The name of a socket is NAMESPACE.LISTENER.TIME: the inode of the network namespace, what two
 * listeners must share ({@link BindKey}), and when it was made, so that no name is ever used twice
 * and one that nobody answers at can be removed. Every path goes through the descriptor of the
 * directory that was looked at.
 */
final class HandoverDirectories {
  private static final int OWNER_ONLY = 0700;
  private static final int OTHERS = 077;
  private static final String NAMESPACE = "/proc/self/ns/net";

  /** Digits of a time in a name: microseconds for some hundred years. */
  private static final int TIME_DIGITS = 13;

  private static final int RADIX = 16;

  private final Host host;
  private final SystemCalls calls;
  private final List<String> paths;
  private boolean swept;

  /**
   * The places of this user.
   *
   * @param runtime XDG_RUNTIME_DIR
   */
  HandoverDirectories(Host host, Optional<String> runtime) {
    this.host = host;
    calls = host.calls();
    paths = paths(calls.getEffectiveUid(), runtime);
  }

  /** The first is where one offers; a predecessor may have been started where another was. */
  private static List<String> paths(long uid, Optional<String> runtime) {
    List<String> paths = new ArrayList<>();
    if (uid == 0) {
      paths.add("/run/inuse");
    } else {
      runtime.filter(path -> path.startsWith("/")).ifPresent(path -> paths.add(path + "/inuse"));
      paths.add("/run/user/" + uid + "/inuse");
    }
    paths.add("/dev/shm/inuse-" + uid);
    paths.add("/tmp/inuse-" + uid);
    return paths;
  }

  /** A socket that listens under a name. */
  record Offer(int fd, String directory, String name) {}

  /** What came of something that is done in a directory. */
  private sealed interface Result<T> {
    /** It was done. */
    record Done<T>(T value) implements Result<T> {}

    /** It was not. */
    record Not<T>(HandoverProblem why) implements Result<T> {}
  }

  /** Something that is done in a directory, by its descriptor. */
  private interface Use<T> {
    Result<T> in(int directory, String path);
  }

  /** Whether there is a place to meet: the problem, if there is none. */
  Optional<HandoverProblem> problem() {
    return inFirst((directory, path) -> new Result.Done<>(path))
            instanceof Result.Not<String>(var why)
        ? Optional.of(why)
        : Optional.empty();
  }

  /**
   * Listens for successors that want that listener.
   *
   * @param told receives the problem where that is not possible
   */
  Optional<Offer> listen(BindKey key, Consumer<HandoverProblem> told) {
    return switch (this.<Offer>inFirst((directory, path) -> listen(directory, path, key))) {
      case Result.Done<Offer>(Offer offer) -> Optional.of(offer);
      case Result.Not<Offer>(HandoverProblem why) -> {
        told.accept(why);
        yield Optional.empty();
      }
    };
  }

  private Result<Offer> listen(int directory, String path, BindKey key) {
    Optional<String> prefix = prefix(key);
    if (prefix.isEmpty()) {
      return new Result.Not<>(new HandoverProblem.Unusable(NAMESPACE, Errno.ENOENT.toString()));
    }
    if (!swept) {
      swept = true;
      names(directory, "").stream()
          .filter(name -> isStale(directory, name))
          .forEach(name -> calls.unlink(directory, Bytes.of(name)));
    }
    String name = prefix.get() + time();
    int fd = HandoverProtocol.listen(calls, UnixAddress.of(at(directory, name)));
    return fd < 0
        ? new Result.Not<>(new HandoverProblem.Unusable(path, Errno.of(fd).toString()))
        : new Result.Done<>(new Offer(fd, path, name));
  }

  /** No longer listens there. */
  void withdraw(Offer offer) {
    calls.close(offer.fd());
    use(
        offer.directory(),
        (directory, path) -> new Result.Done<>(calls.unlink(directory, Bytes.of(offer.name()))));
  }

  /**
   * What is made of the first connection to one who offers that listener, the oldest first.
   *
   * @param made takes a connection over, whatever it makes of it
   * @param told receives what keeps us from talking to one
   */
  <T> Optional<T> first(
      BindKey key, IntFunction<Optional<T>> made, Consumer<HandoverProblem> told) {
    Optional<String> prefix = prefix(key);
    for (String path : prefix.isPresent() ? paths : List.<String>of()) {
      Result<Optional<T>> result =
          use(
              path,
              (directory, at) -> new Result.Done<>(first(directory, at, prefix.get(), made, told)));
      if (result instanceof Result.Done<Optional<T>>(Optional<T> one) && one.isPresent()) {
        return one;
      }
    }
    return Optional.empty();
  }

  private <T> Optional<T> first(
      int directory,
      String path,
      String prefix,
      IntFunction<Optional<T>> made,
      Consumer<HandoverProblem> told) {
    for (String name : names(directory, prefix)) {
      int line = HandoverProtocol.connect(host, UnixAddress.of(at(directory, name)));
      if (line == HandoverProtocol.STRANGER) {
        told.accept(new HandoverProblem.Stranger(path));
      }
      Optional<T> one = line < 0 ? Optional.empty() : made.apply(line);
      if (one.isPresent()) {
        return one;
      }
    }
    return Optional.empty();
  }

  /** What all names for a listener begin with; empty where our network namespace is not known. */
  private Optional<String> prefix(BindKey key) {
    return host.proc().link(NAMESPACE) instanceof CallResult.Ok<String>(String link)
            && link.startsWith("net:[")
        ? Optional.of(
            Long.toHexString(Numeral.parse(link, 5, link.length() - 1, 10).orElse(0))
                + "."
                + key.text().replace('/', '.')
                + ".")
        : Optional.empty();
  }

  private String time() {
    String digits = Long.toHexString(calls.clockNanos(CLOCK_MONOTONIC) / 1000);
    return "0".repeat(Math.max(0, TIME_DIGITS - digits.length())) + digits;
  }

  /** Names of sockets, in order of time. */
  private List<String> names(int directory, String prefix) {
    return host.names("/proc/self/fd/" + directory).stream()
        .filter(name -> name.startsWith(prefix) && isTime(name, prefix.length()))
        .sorted()
        .toList();
  }

  private static boolean isTime(String name, int from) {
    int dot = name.lastIndexOf('.');
    return dot + 1 + TIME_DIGITS == name.length()
        && (from == 0 || dot + 1 == from)
        && Numeral.parse(name, dot + 1, name.length(), RADIX).isPresent();
  }

  /** Whether no socket has that name any more; asked by a connect that no server notices. */
  private boolean isStale(int directory, String name) {
    int socket = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = calls.connect(socket, UnixAddress.of(at(directory, name)));
    calls.close(socket);
    return result == -Errno.ECONNREFUSED.code();
  }

  private static String at(int directory, String name) {
    return "/proc/self/fd/" + directory + "/" + name;
  }

  /** Done in the first directory that can be had; made where there is none. */
  private <T> Result<T> inFirst(Use<T> use) {
    Optional<HandoverProblem> first = Optional.empty();
    for (String path : paths) {
      calls.makeDirectory(Bytes.of(path), OWNER_ONLY);
      Result<T> result = use(path, use);
      if (!(result instanceof Result.Not<T>(HandoverProblem why))) {
        return result;
      }
      // That a directory is somebody else's says more than that another one is missing.
      first =
          first
              .filter(one -> !(one instanceof HandoverProblem.Unusable))
              .or(() -> Optional.of(why));
    }
    return new Result.Not<>(first.orElseThrow());
  }

  /** Done in a directory, if it is ours alone. */
  private <T> Result<T> use(String path, Use<T> use) {
    Architecture machine = calls.architecture();
    int flags = O_PATH | O_CLOEXEC | machine.directoryOnly() | machine.noFollow();
    int directory = calls.open(AT_FDCWD, Bytes.of(path), flags);
    if (directory < 0) {
      return new Result.Not<>(new HandoverProblem.Unusable(path, Errno.of(directory).toString()));
    }
    try {
      Optional<HandoverProblem> problem = problem(path, directory);
      return problem.isPresent() ? new Result.Not<>(problem.get()) : use.in(directory, path);
    } finally {
      calls.close(directory);
    }
  }

  /** What is wrong with an open directory. */
  private Optional<HandoverProblem> problem(String path, int directory) {
    return switch (FileStatus.of(calls, directory)) {
      case CallResult.Failed<FileStatus>(var why) ->
          Optional.of(new HandoverProblem.Unusable(path, why.errno().toString()));
      case CallResult.Ok<FileStatus>(FileStatus open) when open.uid() != calls.getEffectiveUid() ->
          Optional.of(new HandoverProblem.OfAnotherUser(path, open.uid()));
      case CallResult.Ok<FileStatus>(FileStatus open) when (open.permissions() & OTHERS) != 0 ->
          Optional.of(new HandoverProblem.OpenToOthers(path, open.permissions()));
      case CallResult.Ok<FileStatus> ours -> Optional.empty();
    };
  }
}
