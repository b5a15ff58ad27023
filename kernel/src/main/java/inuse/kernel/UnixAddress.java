package inuse.kernel;

import static inuse.kernel.abi.Constants.AF_UNIX;

/** struct sockaddr_un (unix(7)). */
public final class UnixAddress {
  private UnixAddress() {}

  /**
   * Only as long as the name: the kernel appends the NUL of a path itself.
   *
   * @param name a path, or a name that begins with a NUL, each one char for each byte
   */
  public static byte[] of(String name) {
    byte[] address = new byte[2 + name.length()];
    Bytes.putShort(address, 0, AF_UNIX);
    System.arraycopy(Bytes.of(name), 0, address, 2, name.length());
    return address;
  }
}
