package inuse.kernel.btf;

import inuse.kernel.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds some functions and structures among the kernel's types: struct btf_type, one by one. */
final class TypeSearch {
  private static final int TYPE_BYTES = 12;
  private static final int MEMBER_BYTES = 12;

  // BTF_KIND_* of linux/btf.h
  private static final int STRUCT = 4;
  private static final int FUNC = 12;

  private final Window window;
  private final TypeNames wanted;
  private final byte[] strings;
  private final NameSet functionNames;
  private final NameSet structureNames;
  private final Map<String, Integer> functions = new HashMap<>();
  private final Map<String, Integer> structures = new HashMap<>();
  private final Map<String, Integer> offsets = new HashMap<>();

  /**
   * A search.
   *
   * @param strings the names of all types, each ended by a zero byte
   */
  TypeSearch(Window window, TypeNames wanted, byte[] strings) {
    this.window = window;
    this.wanted = wanted;
    this.strings = strings;
    functionNames = new NameSet(wanted.functions());
    structureNames = new NameSet(List.copyOf(wanted.members().keySet()));
  }

  KernelTypes found() {
    return new KernelTypes(functions, structures, offsets);
  }

  /** Reads until all is found or the types end; false where they are not of the known form. */
  boolean read(long from, long length) {
    long at = 0;
    int id = 1;
    while (at < length && !haveAll()) {
      int index = length - at < TYPE_BYTES ? -1 : window.at(from + at, TYPE_BYTES);
      if (index < 0) {
        return false;
      }
      int name = Bytes.getInt(window.bytes(), index);
      int info = Bytes.getInt(window.bytes(), index + 4);
      int kind = info >>> 24 & 0x1f;
      int count = info & 0xffff;
      int more = more(kind, count);
      if (more < 0
          || (kind == STRUCT && !isRead(from + at + TYPE_BYTES, name, id, count, info < 0))) {
        return false;
      }
      if (kind == FUNC) {
        keep(functions, functionNames.at(strings, name), id);
      }
      at += TYPE_BYTES + more;
      id++;
    }
    return true;
  }

  private boolean haveAll() {
    return functions.size() == wanted.functions().size()
        && structures.size() == wanted.members().size();
  }

  /** The first of its name. */
  private static void keep(Map<String, Integer> into, String name, int value) {
    if (!name.isEmpty()) {
      into.putIfAbsent(name, value);
    }
  }

  /** Reads the members of a structure, if it is wanted. */
  private boolean isRead(long members, int nameAt, int id, int count, boolean hasBitFields) {
    String structure = structureNames.at(strings, nameAt);
    if (structure.isEmpty() || structures.containsKey(structure)) {
      return true;
    }
    structures.put(structure, id);
    NameSet its = new NameSet(wanted.members().getOrDefault(structure, List.of()));
    for (int i = 0; i < count; i++) {
      int index = window.at(members + (long) i * MEMBER_BYTES, MEMBER_BYTES);
      if (index < 0) {
        return false;
      }
      String member = its.at(strings, Bytes.getInt(window.bytes(), index));
      int bits = Bytes.getInt(window.bytes(), index + 8) & (hasBitFields ? 0xff_ffff : -1);
      if (!member.isEmpty()) {
        offsets.putIfAbsent(structure + "." + member, bits / Byte.SIZE);
      }
    }
    return true;
  }

  /** How many bytes follow a type of that kind; negative where the kind is not known. */
  private static int more(int kind, int count) {
    return switch (kind) {
      case 1, 14, 17 -> 4; // INT, VAR, DECL_TAG
      case 3 -> 12; // ARRAY
      case STRUCT, 5, 15, 19 -> 12 * count; // UNION, DATASEC, ENUM64
      case 6, 13 -> 8 * count; // ENUM, FUNC_PROTO
      case 2, 7, 8, 9, 10, 11, FUNC, 16, 18 -> 0; // PTR, FWD, TYPEDEF, qualifiers, FLOAT, TYPE_TAG
      default -> -1;
    };
  }
}
