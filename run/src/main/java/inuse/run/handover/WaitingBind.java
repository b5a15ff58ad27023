package inuse.run.handover;

import static inuse.kernel.abi.Constants.O_CLOEXEC;

import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.proc.Numeral;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.process.TaskRights;

/**
 * A bind(2) of the program, which waits for an answer.
 *
 * @param socket our duplicate of the socket
 * @param address struct sockaddr_in or sockaddr_in6
 * @param rights of the task that binds
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record WaitingBind(
    Notifications notifications, Notification call, int socket, byte[] address, TaskRights rights) {
  private static final String FLAGS = "flags:\t";

  /** Whether the task is root or the socket's user: the listener of a user is for nobody else. */
  boolean isOfSocketsUser(Host host) {
    return rights.uid() == 0 || rights.uid() == FileStatus.owner(host.calls(), socket);
  }

  /** Answers it, with a listener in place of the program's socket; false where that fails. */
  boolean answer(Host host, int listener) {
    int fd = (int) call.first();
    if (notifications.replace(call, fd, listener, descriptorFlags(host, fd)) < 0) {
      return false;
    }
    notifications.succeed(call);
    return true;
  }

  private int descriptorFlags(Host host, int fd) {
    String path = "/proc/" + call.thread() + "/fdinfo/" + fd;
    if (host.proc().text(path) instanceof CallResult.Ok<String>(String text)) {
      int at = text.indexOf(FLAGS);
      int end = text.indexOf('\n', Math.max(at, 0));
      long flags =
          at < 0 || end < 0 ? 0 : Numeral.parse(text, at + FLAGS.length(), end, 8).orElse(0);
      return (int) flags & O_CLOEXEC;
    }
    return 0;
  }
}
