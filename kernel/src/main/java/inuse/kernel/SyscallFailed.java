package inuse.kernel;

/**
 * Which system call failed, with which errno, on what.
 *
 * @param call the call's name, such as {@code open}
 * @param what its object, such as a path
 */
public record SyscallFailed(String call, String what, Errno errno) {
  @Override
  public String toString() {
    return call + " " + what + ": " + errno;
  }
}
