package inuse.mcp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Input in frames, each a line; one that is too long is thrown away as it comes. */
final class Frames {
  /** Bytes of a frame: what a client says is a few hundred. */
  static final int MAX_BYTES = 64 * 1024;

  private final StringBuilder line = new StringBuilder();
  private final Deque<Frame> ready = new ArrayDeque<>();
  private boolean isTooLong;

  /** A frame. */
  sealed interface Frame {
    /** A line without its end, one char a byte. */
    record Line(String bytes) implements Frame {}

    /** It was longer than {@link #MAX_BYTES}. */
    record TooLong() implements Frame {}
  }

  /** Takes more input. */
  void add(String bytes) {
    int from = 0;
    for (int end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', from)) {
      append(bytes, from, end);
      ready.add(isTooLong ? new Frame.TooLong() : new Frame.Line(line.toString()));
      line.setLength(0);
      isTooLong = false;
      from = end + 1;
    }
    append(bytes, from, bytes.length());
  }

  private void append(String bytes, int from, int end) {
    isTooLong |= line.length() + end - from > MAX_BYTES;
    if (isTooLong) {
      line.setLength(0);
    } else {
      line.append(bytes, from, end);
    }
  }

  /** The next whole frame. */
  Optional<Frame> next() {
    return Optional.ofNullable(ready.poll());
  }
}
