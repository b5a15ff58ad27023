package inuse.core.ask.holders;

import inuse.kernel.Bytes;

/**
 * A descriptor of a socket, as a program in the kernel saw it ({@link HolderProgram}).
 *
 * @param process the pid
 * @param thread the thread whose table it is: the process's first one, or another that has a table
 *     of its own or outlives the first
 * @param fd negative where a table could not be read to its end
 * @param references how many the kernel counts to the open file, as it stores them
 * @param table tells tables apart; an address of the kernel, which is shown to nobody
 */
record SeenFile(int process, int thread, int fd, long inode, long references, long table) {
  static final int BYTES = 32;

  /** Whether a table has to be read again. */
  boolean isUnread() {
    return fd < 0;
  }

  static boolean isUnread(byte[] bytes, int at) {
    return fd(bytes, at) < 0;
  }

  static int process(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at);
  }

  static int thread(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at + 4);
  }

  static int fd(byte[] bytes, int at) {
    return Bytes.getInt(bytes, at + 8);
  }

  static long inode(byte[] bytes, int at) {
    return Bytes.getUnsignedInt(bytes, at + 12);
  }

  static SeenFile of(byte[] bytes, int at) {
    return new SeenFile(
        process(bytes, at),
        thread(bytes, at),
        fd(bytes, at),
        inode(bytes, at),
        Bytes.getLong(bytes, at + 16),
        Bytes.getLong(bytes, at + 24));
  }
}
