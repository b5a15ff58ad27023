package inuse.kernel.seccomp;

import inuse.kernel.Bytes;

/**
 * A system call that a thread is about to make (struct seccomp_notif).
 *
 * @param id the id with which the call is answered
 * @param thread the thread that waits in it, as our pid namespace numbers it
 * @param number of the system call
 * @param first its first argument
 * @param second its second argument
 * @param third its third argument
 */
public record Notification(long id, int thread, int number, long first, long second, long third) {
  /** sizeof(struct seccomp_notif). */
  public static final int BYTES = 80;

  private static final int ARGUMENTS_AT = 32;

  static Notification of(byte[] bytes) {
    return new Notification(
        Bytes.getLong(bytes, 0),
        Bytes.getInt(bytes, 8),
        Bytes.getInt(bytes, 16),
        Bytes.getLong(bytes, ARGUMENTS_AT),
        Bytes.getLong(bytes, ARGUMENTS_AT + 8),
        Bytes.getLong(bytes, ARGUMENTS_AT + 16));
  }
}
