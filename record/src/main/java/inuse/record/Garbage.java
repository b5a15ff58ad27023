package inuse.record;

/**
 * Has garbage collected before there is much of it. The executable collects only when its heap is
 * full, which would make a small recorder a large one: what was touched once stays resident.
 */
final class Garbage {
  /** Bytes. */
  private static final int MOST = 1 << 20;

  private int bytes;

  /** So much was made that nothing uses any more, roughly. */
  void made(int more) {
    bytes += more;
    if (bytes >= MOST) {
      collect();
    }
  }

  /** Collects, if there is anything. */
  void collect() {
    if (bytes > 0) {
      bytes = 0;
      System.gc();
    }
  }
}
