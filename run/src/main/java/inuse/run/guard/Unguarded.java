package inuse.run.guard;

import static inuse.kernel.abi.Constants.S_ISGID;
import static inuse.kernel.abi.Constants.S_ISUID;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** Why a program's binds cannot be looked at. */
public sealed interface Unguarded {
  /** The program gains a user or group from its file, which no_new_privs would take from it. */
  record SetId() implements Unguarded {}

  /** The same with capabilities. */
  record FileCapabilities() implements Unguarded {}

  /** No descriptor of another process may be duplicated, by that errno of pidfd_getfd(2). */
  record NoDuplicates(String errno) implements Unguarded {}

  /** A supervisor above has the notifications of its system calls. */
  record OtherSupervisor() implements Unguarded {}

  /** The kernel has no seccomp user notification (Linux 5.9). */
  record NoNotification() implements Unguarded {}

  /** seccomp(2) failed otherwise. */
  record Refused(String errno) implements Unguarded {}

  /** What can be known before the program is started. */
  static Optional<Unguarded> before(Host host, String program) {
    SystemCalls calls = host.calls();
    boolean gains =
        FileStatus.follow(calls, Bytes.of(program))
                instanceof CallResult.Ok<FileStatus>(FileStatus file)
            && (file.mode() & (S_ISUID | S_ISGID)) != 0;
    boolean capable = calls.getAttribute(Bytes.of(program), Bytes.of("security.capability")) > 0;
    if ((gains || capable) && calls.getEffectiveUid() != 0) {
      return Optional.of(gains ? new SetId() : new FileCapabilities());
    }
    int self = calls.pidfdOpen(calls.getPid(), 0);
    int copy = self < 0 ? self : calls.pidfdGetFd(self, self);
    calls.close(copy);
    calls.close(self);
    return copy < 0 ? Optional.of(new NoDuplicates(Errno.of(copy).toString())) : Optional.empty();
  }

  /** What the start of a filtered program ended with. */
  static Unguarded of(Errno errno) {
    if (errno.equals(Errno.EBUSY)) {
      return new OtherSupervisor();
    }
    return errno.isOneOf(Errno.ENOSYS, Errno.EINVAL)
        ? new NoNotification()
        : new Refused(errno.toString());
  }
}
