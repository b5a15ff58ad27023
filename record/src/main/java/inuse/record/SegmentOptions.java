package inuse.record;

import java.time.Duration;

/**
 * Where segments are written and how long they are kept.
 *
 * @param directory made where there is none
 * @param keepBytes what all segments together may have
 * @param keepTime how long they are kept
 */
public record SegmentOptions(String directory, long keepBytes, Duration keepTime) {
  /** Segments that {@code keepBytes} are divided into. */
  static final int SEGMENTS = 8;

  public SegmentOptions {
    if (keepBytes < SEGMENTS) {
      throw new IllegalArgumentException("segments of " + keepBytes + " bytes in all");
    }
  }

  /** How large one may become before the next is begun. */
  long segmentBytes() {
    return keepBytes / SEGMENTS;
  }
}
