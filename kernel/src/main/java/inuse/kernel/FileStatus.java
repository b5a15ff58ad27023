package inuse.kernel;

import static inuse.kernel.abi.Constants.AT_EMPTY_PATH;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.AT_SYMLINK_NOFOLLOW;
import static inuse.kernel.abi.Constants.STATX_BASIC_STATS;
import static inuse.kernel.abi.Constants.STATX_INO;
import static inuse.kernel.abi.Constants.STATX_SIZE;
import static inuse.kernel.abi.Constants.STATX_UID;
import static inuse.kernel.abi.Constants.S_IFMT;

/**
 * What statx(2) reports about a file.
 *
 * @param mode its kind and permissions, st_mode
 * @param major of the device that the file is on
 */
public record FileStatus(int mode, long uid, long inode, long major, long minor) {
  /** sizeof(struct statx). */
  public static final int BYTES = 256;

  private static final int PERMISSIONS = 0777;

  /** offsetof(struct statx, stx_size). */
  private static final int SIZE_AT = 40;

  /** The file at that path; a symbolic link is not followed. */
  public static CallResult<FileStatus> read(SystemCalls calls, byte[] path) {
    return read(calls, path, AT_SYMLINK_NOFOLLOW);
  }

  /** The file at that path; symbolic links are followed. */
  public static CallResult<FileStatus> follow(SystemCalls calls, byte[] path) {
    return read(calls, path, 0);
  }

  /** The owner of an open file, for a socket its uid; zero where the kernel does not tell. */
  public static long owner(SystemCalls calls, int fd) {
    byte[] status = new byte[BYTES];
    calls.statx(fd, new byte[0], AT_EMPTY_PATH, STATX_UID, status);
    return decode(status).uid();
  }

  /** The inode of an open file. */
  public static long inode(SystemCalls calls, int fd) {
    byte[] status = new byte[BYTES];
    calls.statx(fd, new byte[0], AT_EMPTY_PATH, STATX_INO, status);
    return decode(status).inode();
  }

  /** The length of an open file in bytes. */
  public static long size(SystemCalls calls, int fd) {
    return size(calls, fd, new byte[0], AT_EMPTY_PATH);
  }

  /** The length of the file at that path in bytes; zero where there is none. */
  public static long size(SystemCalls calls, byte[] path) {
    return size(calls, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  }

  private static long size(SystemCalls calls, int directory, byte[] path, int flags) {
    byte[] status = new byte[BYTES];
    int got = calls.statx(directory, path, flags, STATX_SIZE, status);
    return got < 0 ? 0 : Bytes.getLong(status, SIZE_AT);
  }

  /** An open file. */
  public static CallResult<FileStatus> of(SystemCalls calls, int fd) {
    return read(calls, fd, new byte[0], AT_EMPTY_PATH);
  }

  /** The file of that name in an open directory; a symbolic link is not followed. */
  public static CallResult<FileStatus> in(SystemCalls calls, int directory, byte[] name) {
    return read(calls, directory, name, AT_SYMLINK_NOFOLLOW);
  }

  private static CallResult<FileStatus> read(SystemCalls calls, byte[] path, int flags) {
    return read(calls, AT_FDCWD, path, flags);
  }

  private static CallResult<FileStatus> read(
      SystemCalls calls, int directory, byte[] path, int flags) {
    byte[] status = new byte[BYTES];
    int result = calls.statx(directory, path, flags, STATX_BASIC_STATS, status);
    return result < 0
        ? CallResult.failed("statx", Bytes.text(path, 0, path.length), result)
        : new CallResult.Ok<>(decode(status));
  }

  private static FileStatus decode(byte[] status) {
    return new FileStatus(
        Bytes.getShort(status, 28),
        Bytes.getUnsignedInt(status, 20),
        Bytes.getLong(status, 32),
        Bytes.getUnsignedInt(status, 136),
        Bytes.getUnsignedInt(status, 140));
  }

  /** Its permissions, without set-uid, set-gid and the sticky bit. */
  public int permissions() {
    return mode & PERMISSIONS;
  }

  /** Whether it is the same file, by device and inode. */
  public boolean isSameFile(FileStatus other) {
    return inode == other.inode && major == other.major && minor == other.minor;
  }

  /** S_IFSOCK and so on. */
  public int kind() {
    return mode & S_IFMT;
  }
}
