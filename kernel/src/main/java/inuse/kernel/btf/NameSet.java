package inuse.kernel.btf;

import inuse.kernel.Bytes;
import java.util.List;

/** Some wanted names, of which most of the kernel's differ in the first byte already. */
final class NameSet {
  private final List<String> names;
  private final byte[][] wanted;
  private final boolean[] first = new boolean[256];

  NameSet(List<String> names) {
    this.names = names;
    wanted = new byte[names.size()][];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = Bytes.of(names.get(i));
      first[wanted[i][0] & 0xff] = true;
    }
  }

  /** The wanted name that stands at that offset of the strings; empty where none does. */
  String at(byte[] strings, int offset) {
    if (offset < 0 || offset >= strings.length || !first[strings[offset] & 0xff]) {
      return "";
    }
    for (int i = 0; i < wanted.length; i++) {
      if (isAt(strings, offset, wanted[i])) {
        return names.get(i);
      }
    }
    return "";
  }

  private static boolean isAt(byte[] strings, int offset, byte[] name) {
    if (strings.length - offset <= name.length || strings[offset + name.length] != 0) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (strings[offset + i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}
