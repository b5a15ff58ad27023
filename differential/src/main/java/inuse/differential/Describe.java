package inuse.differential;

import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.UnixDiag;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Values as text. Records and lists print the same on both sides; an Optional does not ({@code
 * Optional[1]} on a JVM, {@code Optional.of(1)} in TeaVM), and no answer may ever print one.
 */
final class Describe {
  private static final String NONE = "none";

  private Describe() {}

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) {
      text.append(Character.forDigit(one >> 4 & 0xf, 16)).append(Character.forDigit(one & 0xf, 16));
    }
    return text.toString();
  }

  /** One byte for each char, by hand as {@link #utf8} is. */
  static byte[] latin1(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  /**
   * UTF-8 by hand. TeaVM's String.getBytes loses a character where a surrogate pair crosses its
   * buffer's end, and its encoders overrun an array (they clone a byte[]). Both would be blamed for
   * outputs here, when the question is whether the product relies on them: the command's own bytes
   * are compared as it wrote them.
   */
  static byte[] utf8(String text) {
    byte[] bytes = new byte[3 * text.length()];
    int at = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x1_0000 ? 2 : 3;
      int lead = more == 0 ? point : (0xf00 >> (more + 1) & 0xff) | point >> (6 * more);
      bytes[at] = (byte) lead;
      for (int j = 1; j <= more; j++) {
        bytes[at + j] = (byte) (0x80 | (point >> (6 * (more - j)) & 0x3f));
      }
      at += more + 1;
    }
    byte[] exact = new byte[at];
    System.arraycopy(bytes, 0, exact, 0, at);
    return exact;
  }

  static String optional(Optional<?> value) {
    return value.map(Object::toString).orElse(NONE);
  }

  static String optional(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : NONE;
  }

  static String optional(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : NONE;
  }

  static String socket(UnixDiag.Socket socket) {
    return "type "
        + socket.type()
        + " state "
        + socket.state()
        + " inode "
        + socket.inode()
        + " cookie "
        + socket.cookie()
        + " name "
        + optional(socket.name())
        + " file "
        + optional(socket.file())
        + " peer "
        + optional(socket.peer())
        + " queue "
        + optional(socket.queue())
        + " uid "
        + optional(socket.uid());
  }

  static String socket(InetDiag.Socket socket) {
    return "family "
        + socket.family()
        + " state "
        + socket.state()
        + " timer "
        + socket.timer()
        + " ports "
        + socket.sourcePort()
        + " "
        + socket.destinationPort()
        + " "
        + socket.source()
        + " "
        + socket.destination()
        + " interface "
        + socket.boundInterface()
        + " cookie "
        + socket.cookie()
        + " expires "
        + socket.expiresMillis()
        + " queues "
        + socket.receiveQueue()
        + " "
        + socket.sendQueue()
        + " uid "
        + socket.uid()
        + " inode "
        + socket.inode()
        + " shutdown "
        + optional(socket.shutdown())
        + " v6only "
        + optional(socket.ipv6Only())
        + " cgroup "
        + optional(socket.cgroup())
        + " options "
        + optional(socket.options())
        + " volume "
        + optional(socket.volume());
  }
}
