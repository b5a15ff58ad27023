package inuse.kernel.proc;

import inuse.kernel.Bytes;
import java.util.List;

/** What getdents64(2) returns: records of struct linux_dirent64 (linux/dirent.h). */
final class DirectoryRecords {
  /** Where the name begins in a record. */
  static final int NAME = 19;

  /** Of a number that surely fits into a long. */
  private static final int MAX_DIGITS = 18;

  private DirectoryRecords() {}

  /** All entries but "." and "..". */
  static void parse(byte[] bytes, int length, List<Proc.Entry> into) {
    int at = 0;
    while (at + NAME < length) {
      int size = size(bytes, at, length);
      if (size == 0) {
        return;
      }
      int end = nameEnd(bytes, at, size);
      if (!isDots(bytes, at + NAME, end)) {
        String name = Bytes.text(bytes, at + NAME, end - at - NAME);
        into.add(new Proc.Entry(name, Bytes.getLong(bytes, at), bytes[at + 18] == 4));
      }
      at += size;
    }
  }

  /** Bytes of the record that begins there; zero where it is none. */
  static int size(byte[] bytes, int at, int length) {
    int size = Bytes.getShort(bytes, at + 16);
    return size <= NAME || size > length - at ? 0 : size;
  }

  /** Where the name ends of a record of that size. */
  static int nameEnd(byte[] bytes, int at, int size) {
    int end = at + NAME;
    while (end < at + size && bytes[end] != 0) {
      end++;
    }
    return end;
  }

  /** The decimal number between two indices; -1 where there is anything else, or too much. */
  static long number(byte[] bytes, int from, int to) {
    long number = from < to && to - from <= MAX_DIGITS ? 0 : -1;
    for (int i = from; i < to && number >= 0; i++) {
      number = bytes[i] >= '0' && bytes[i] <= '9' ? 10 * number + bytes[i] - '0' : -1;
    }
    return number;
  }

  /** The directory itself and the one above it. */
  private static boolean isDots(byte[] bytes, int from, int end) {
    return end > from
        && end - from <= 2
        && bytes[from] == '.'
        && (end - from == 1 || bytes[from + 1] == '.');
  }
}
