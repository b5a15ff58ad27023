package inuse.kernel.btf;

import inuse.kernel.Bytes;
import java.util.List;

/** Finds some names among all those of the kernel. */
final class NameSearch {
  private final List<String> names;
  private final byte[][] wanted;

  /** Which first bytes the wanted names have: most names are told apart by it. */
  private final boolean[] first = new boolean[256];

  private final NameOffsets offsets = new NameOffsets();

  NameSearch(List<String> names) {
    this.names = names;
    wanted = new byte[names.size()][];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = Bytes.of(names.get(i));
      first[wanted[i][0] & 0xff] = true;
    }
  }

  /** The wanted name at that offset; empty where it is another one. */
  String at(int offset) {
    int name = offsets.name(offset);
    return name < 0 ? "" : names.get(name);
  }

  /** Reads strings that are each ended by a zero byte; false where they are not. */
  boolean read(Window window, long from, long length) {
    long at = 0;
    while (at < length) {
      window.move(from + at);
      int whole = readWhole(window.bytes(), (int) Math.min(window.end(), length - at), (int) at);
      if (whole <= 0) {
        return false;
      }
      at += whole;
    }
    return true;
  }

  /** Reads the strings that are there to their end; where the last of them ends. */
  private int readWhole(byte[] bytes, int end, int offset) {
    int from = 0;
    for (int i = 0; i < end; i++) {
      if (bytes[i] == 0) {
        if (first[bytes[from] & 0xff] && !isKept(bytes, from, i, offset + from)) {
          return -1;
        }
        from = i + 1;
      }
    }
    return from;
  }

  private boolean isKept(byte[] bytes, int from, int end, int offset) {
    for (int i = 0; i < wanted.length; i++) {
      if (isEqual(wanted[i], bytes, from, end)) {
        return offsets.put(offset, i);
      }
    }
    return true;
  }

  private static boolean isEqual(byte[] name, byte[] bytes, int from, int end) {
    if (name.length != end - from) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (name[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
