package inuse.kernel.netlink;

import inuse.kernel.Bytes;

/** The attributes of a netlink message: struct nlattr and its value, one after the other. */
public final class Attributes {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private Attributes() {}

  /** Where the value of an attribute lies; empty where there is none. */
  public record Span(int from, int to) {
    public int length() {
      return to - from;
    }
  }

  /** The value of the first attribute of that type; {@link Malformed} when one is cut short. */
  public static Span find(byte[] buffer, int from, int to, int wanted) {
    int at = from;
    while (at < to) {
      if (to - at < HEADER_BYTES) {
        throw new Malformed("an attribute cut short", buffer, at, to);
      }
      int length = Bytes.getShort(buffer, at);
      if (length < HEADER_BYTES || length > to - at) {
        throw new Malformed("an attribute of length " + length, buffer, at, to);
      }
      if ((Bytes.getShort(buffer, at + 2) & TYPE_MASK) == wanted) {
        return new Span(at + HEADER_BYTES, at + length);
      }
      at += Message.aligned(length);
    }
    return new Span(from, from);
  }

  /** Receives each attribute of a list. */
  public interface Each {
    void take(int type, Span value);
  }

  /** Passes on every attribute, in order; {@link Malformed} when one is cut short. */
  public static void each(byte[] buffer, Span list, Each each) {
    AttributeList.read(
        buffer, list.from, list.to, (type, bytes, from, to) -> each.take(type, new Span(from, to)));
  }

  /** A value that is a text, without the NUL that ends it. */
  public static String text(byte[] buffer, Span span) {
    int end = span.from;
    while (end < span.to && buffer[end] != 0) {
      end++;
    }
    return Bytes.text(buffer, span.from, end - span.from);
  }
}
