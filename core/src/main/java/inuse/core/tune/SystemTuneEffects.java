package inuse.core.tune;

import static inuse.kernel.abi.Constants.AT_EACCESS;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.LOCK_EX;
import static inuse.kernel.abi.Constants.LOCK_NB;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.O_WRONLY;
import static inuse.kernel.abi.Constants.S_IFMT;
import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.abi.Constants.W_OK;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.WholeWrite;
import inuse.kernel.proc.Proc;
import java.util.Optional;
import java.util.OptionalInt;

/** The effects on this machine. */
@SuppressWarnings("exports") // made inside our own modules, which see Host
public final class SystemTuneEffects implements TuneEffects {
  private static final String LOCK = UndoRecord.DIRECTORY + "/tune.lock";
  private static final int OF_A_DIRECTORY = 0755;
  private static final int OF_A_FILE = 0644;
  private static final int OF_A_LOCK = 0600;

  /** Limit of the wait for another process that changes settings, which takes milliseconds. */
  private static final long MAX_PATIENCE_NANOS = 30_000_000_000L;

  private static final long PAUSE_NANOS = 20_000_000;

  private static final Phrase BUSY =
      Phrase.of("another ")
          .then(InuseCommand.of(InuseCommand.Verb.TUNE))
          .then(" is at it, and does not end");

  private final SystemCalls calls;
  private final Proc proc;
  private OptionalInt lock = OptionalInt.empty();

  public SystemTuneEffects(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /** What distinguishes our network namespace from all others, also those of other boots. */
  public String identity() {
    String boot =
        proc.text("/proc/sys/kernel/random/boot_id") instanceof CallResult.Ok<String>(String text)
            ? text.trim()
            : "";
    return boot + "/" + SocketOption.ownNamespace(calls).orElse(0);
  }

  @Override
  public Reading<String> read(Setting setting) {
    return switch (proc.text(setting.path())) {
      case CallResult.Ok<String>(String text) -> Reading.known(text);
      case CallResult.Failed<String>(var why) -> Reading.unknown(reason(why.errno()));
    };
  }

  private static Reading.Why reason(Errno errno) {
    if (errno.equals(Errno.ENOENT)) {
      return Reading.Why.UNSUPPORTED;
    }
    return errno.isDenied() ? Reading.Why.DENIED : Reading.Why.UNREADABLE;
  }

  @Override
  public Optional<Failure> write(Setting setting, String value) {
    String path = setting.path();
    int fd = calls.open(AT_FDCWD, Bytes.of(path), O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
      return failure("open", path, fd);
    }
    // An empty list has to be written too, and a write of zero bytes has no effect.
    byte[] bytes = Bytes.of(value.endsWith("\n") ? value : value + "\n");
    int written = calls.write(fd, bytes, 0, bytes.length);
    calls.close(fd);
    return written < 0 ? failure("write", path, written) : Optional.empty();
  }

  @Override
  public Optional<Failure> mayWrite(Setting setting) {
    int result = calls.access(AT_FDCWD, Bytes.of(setting.path()), W_OK, AT_EACCESS);
    return result < 0 ? failure("write", setting.path(), result) : Optional.empty();
  }

  @Override
  public Reading<Optional<String>> file(String path) {
    return switch (proc.text(path)) {
      case CallResult.Ok<String>(String text) -> Reading.known(Optional.of(text));
      case CallResult.Failed<String>(var why) ->
          why.errno().equals(Errno.ENOENT)
              ? Reading.known(Optional.empty())
              : Reading.unknown(reason(why.errno()));
    };
  }

  @Override
  public Optional<Failure> replace(String path, String text) {
    int mode = OF_A_FILE;
    if (FileStatus.read(calls, Bytes.of(path))
        instanceof CallResult.Ok<FileStatus>(FileStatus now)) {
      if (now.kind() != S_IFREG) {
        return Optional.of(new Failure(Kind.OTHER, Phrase.of(path + " is not a regular file")));
      }
      mode = now.mode() & ~S_IFMT;
    }
    sweep(path);
    String aside = aside(path);
    int fd = calls.create(Bytes.of(aside), O_WRONLY | O_EXCL | O_CLOEXEC, OF_A_LOCK);
    if (fd < 0) {
      return failure("create", aside, fd);
    }
    Optional<Failure> failure = filled(fd, aside, text, mode);
    calls.close(fd);
    if (failure.isEmpty()) {
      int renamed = calls.rename(Bytes.of(aside), Bytes.of(path));
      failure = renamed < 0 ? failure("rename", aside, renamed) : Optional.empty();
    }
    if (failure.isPresent()) {
      sweep(path);
      return failure;
    }
    return settled(path);
  }

  private Optional<Failure> filled(int fd, String path, String text, int mode) {
    int written = WholeWrite.of(calls, fd, Bytes.of(text));
    if (written < 0) {
      return failure("write", path, written);
    }
    int changed = calls.changeMode(fd, mode);
    if (changed < 0) {
      return failure("fchmod", path, changed);
    }
    int synced = calls.sync(fd);
    return synced < 0 ? failure("fsync", path, synced) : Optional.empty();
  }

  /** Syncs the directory: only then is the file's name on the disk. */
  private Optional<Failure> settled(String path) {
    int fd = proc.openDirectory(directory(path));
    if (fd >= 0) {
      // Some file systems cannot sync a directory; the rename has been done all the same.
      calls.sync(fd);
      calls.close(fd);
    }
    return Optional.empty();
  }

  @Override
  public Optional<Failure> remove(String path) {
    int result = calls.unlink(AT_FDCWD, Bytes.of(path));
    return result < 0 && result != -Errno.ENOENT.code()
        ? failure("unlink", path, result)
        : settled(path);
  }

  @Override
  public void sweep(String path) {
    calls.unlink(AT_FDCWD, Bytes.of(aside(path)));
  }

  /** A temporary name in the same directory, which no reader of such files takes for one. */
  private static String aside(String path) {
    return directory(path) + "/." + path.substring(path.lastIndexOf('/') + 1) + ".new";
  }

  private static String directory(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  @Override
  public Optional<Failure> lock() {
    int made = calls.makeDirectory(Bytes.of(UndoRecord.DIRECTORY), OF_A_DIRECTORY);
    if (made < 0 && !Errno.of(made).equals(Errno.EEXIST)) {
      return failure("mkdir", UndoRecord.DIRECTORY, made);
    }
    int fd = calls.create(Bytes.of(LOCK), O_RDWR | O_CLOEXEC, OF_A_LOCK);
    if (fd < 0) {
      return failure("open", LOCK, fd);
    }
    long end = calls.clockNanos(CLOCK_MONOTONIC) + MAX_PATIENCE_NANOS;
    int locked = calls.lock(fd, LOCK_EX | LOCK_NB);
    while (locked == -Errno.EAGAIN.code() && calls.clockNanos(CLOCK_MONOTONIC) < end) {
      calls.awaitInputs(new int[0], new int[0], PAUSE_NANOS);
      locked = calls.lock(fd, LOCK_EX | LOCK_NB);
    }
    if (locked < 0) {
      calls.close(fd);
      return locked == -Errno.EAGAIN.code()
          ? Optional.of(new Failure(Kind.BUSY, BUSY))
          : failure("flock", LOCK, locked);
    }
    lock = OptionalInt.of(fd);
    return Optional.empty();
  }

  @Override
  public void unlock() {
    lock.ifPresent(calls::close);
    lock = OptionalInt.empty();
  }

  private static Optional<Failure> failure(String call, String what, int rawResult) {
    Errno errno = Errno.of(rawResult);
    return Optional.of(new Failure(kind(errno), Phrase.of(call + " " + what + ": " + errno)));
  }

  private static Kind kind(Errno errno) {
    if (errno.isDenied()) {
      return Kind.DENIED;
    }
    if (errno.equals(Errno.EROFS)) {
      return Kind.READ_ONLY;
    }
    if (errno.isOneOf(Errno.ENOSPC, Errno.EDQUOT)) {
      return Kind.FULL;
    }
    return errno.isNoSuchFile() ? Kind.MISSING : Kind.OTHER;
  }
}
