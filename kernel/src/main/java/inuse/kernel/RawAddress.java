package inuse.kernel;

/**
 * The bits of an IP address: of AF_INET the 32 low ones, of AF_INET6 all 128, the most significant
 * first.
 */
public record RawAddress(long high, long low) {
  /**
   * Reads an address in network order.
   *
   * @param length 4 or 16
   */
  public static RawAddress read(byte[] bytes, int at, int length) {
    return length == 4
        ? new RawAddress(0, networkLong(bytes, at, 4))
        : new RawAddress(networkLong(bytes, at, 8), networkLong(bytes, at + 8, 8));
  }

  /**
   * Writes the address in network order.
   *
   * @param length 4 or 16
   */
  public void write(byte[] bytes, int at, int length) {
    for (int i = 0; i < length; i++) {
      int fromEnd = length - 1 - i;
      long half = fromEnd < 8 ? low : high;
      bytes[at + i] = (byte) (half >> (8 * (fromEnd & 7)));
    }
  }

  private static long networkLong(byte[] bytes, int at, int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
