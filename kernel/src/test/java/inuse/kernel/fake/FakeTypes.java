package inuse.kernel.fake;

import inuse.kernel.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A small description of a kernel's types, as /sys/kernel/btf/vmlinux has a large one. */
public final class FakeTypes {
  private static final int HEADER_BYTES = 24;
  private static final int STRUCT = 4;
  private static final int FUNC = 12;

  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final Map<String, Integer> offsets = new HashMap<>();
  private int count;

  public FakeTypes() {
    name("");
  }

  private int name(String name) {
    return offsets.computeIfAbsent(
        name,
        one -> {
          int at = strings.size();
          strings.writeBytes((one + "\0").getBytes(StandardCharsets.ISO_8859_1));
          return at;
        });
  }

  private void words(int... words) {
    byte[] bytes = new byte[Integer.BYTES * words.length];
    for (int i = 0; i < words.length; i++) {
      Bytes.putInt(bytes, Integer.BYTES * i, words[i]);
    }
    types.writeBytes(bytes);
  }

  /** A string that no type has. */
  public FakeTypes string(String text) {
    name(text);
    return this;
  }

  /** A function; the number of a type is how many came before it, and one. */
  public FakeTypes function(String name) {
    words(name(name), FUNC << 24, 0);
    count++;
    return this;
  }

  /** Any type without members of its own, with what follows it. */
  public FakeTypes other(int kind, int members, int... more) {
    words(name(""), kind << 24 | members, 0);
    words(more);
    count++;
    return this;
  }

  /**
   * A structure.
   *
   * @param members each a name and where it stands, in bytes, such as {@code files 1824}
   */
  public FakeTypes structure(String name, String... members) {
    return structure(name, 0, members);
  }

  /** A structure with fields of so many bits: each member's width is stored beside its place. */
  public FakeTypes structureWithBits(String name, int width, String... members) {
    return structure(name, 1 << 31 | width, members);
  }

  private FakeTypes structure(String name, int flagAndWidth, String... members) {
    words(name(name), (flagAndWidth & 1 << 31) | STRUCT << 24 | members.length, 0);
    for (String member : members) {
      int blank = member.indexOf(' ');
      int bits = Byte.SIZE * Integer.parseInt(member.substring(blank + 1));
      words(name(member.substring(0, blank)), 0, bits | (flagAndWidth & 0xff) << 24);
    }
    count++;
    return this;
  }

  /** How many types there are. */
  public int count() {
    return count;
  }

  /** The file's content, one char for each byte. */
  public String text() {
    byte[] header = new byte[HEADER_BYTES];
    Bytes.putShort(header, 0, 0xeb9f);
    header[2] = 1;
    Bytes.putInt(header, 4, HEADER_BYTES);
    Bytes.putInt(header, 12, types.size());
    Bytes.putInt(header, 16, types.size());
    Bytes.putInt(header, 20, strings.size());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(header);
    all.writeBytes(types.toByteArray());
    all.writeBytes(strings.toByteArray());
    return all.toString(StandardCharsets.ISO_8859_1);
  }
}
