package inuse.kernel;

import java.util.List;

/**
 * A program's path, arguments and environment as execve(2) wants them: texts, and lists of their
 * addresses ended by a null.
 *
 * @param bytes content of the memory at the base address, the path first
 * @param arguments address of the list of arguments
 * @param environment address of the list of the environment
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record ExecArguments(byte[] bytes, long arguments, long environment) {
  private static final int ADDRESS_BYTES = 8;

  /** Lays the texts and lists out for that address. */
  public static ExecArguments of(
      long base, byte[] path, List<byte[]> arguments, List<byte[]> environment) {
    int lists = aligned(path.length + 1);
    int addresses = (arguments.size() + 1 + environment.size() + 1) * ADDRESS_BYTES;
    int length = lists + addresses;
    for (List<byte[]> texts : List.of(arguments, environment)) {
      for (byte[] text : texts) {
        length += text.length + 1;
      }
    }
    byte[] bytes = new byte[length];
    System.arraycopy(path, 0, bytes, 0, path.length);
    int list = lists;
    int text = lists + addresses;
    for (List<byte[]> texts : List.of(arguments, environment)) {
      for (byte[] one : texts) {
        Bytes.putLong(bytes, list, base + text);
        System.arraycopy(one, 0, bytes, text, one.length);
        list += ADDRESS_BYTES;
        text += one.length + 1;
      }
      list += ADDRESS_BYTES;
    }
    long environmentAt = base + lists + (arguments.size() + 1L) * ADDRESS_BYTES;
    return new ExecArguments(bytes, base + lists, environmentAt);
  }

  private static int aligned(int offset) {
    return (offset + ADDRESS_BYTES - 1) & -ADDRESS_BYTES;
  }
}
