package inuse.kernel;

/** write(2) again and again: the kernel takes a part where there is no room for more. */
public final class WholeWrite {
  private WholeWrite() {}

  /**
   * Writes all of it to a file that is open.
   *
   * @return zero, or a negated errno: then a part may have been written. That the kernel takes
   *     nothing and says nothing is EIO
   */
  public static int of(SystemCalls calls, int fd, byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int count = calls.write(fd, bytes, at, bytes.length - at);
      if (count <= 0) {
        return count == 0 ? -Errno.EIO.code() : count;
      }
      at += count;
    }
    return 0;
  }
}
