package inuse.serve.fleet;

import inuse.core.evidence.Moment;

/** How two clocks differ, by what one of them said and when that was heard. */
final class Clocks {
  /** What a message may take: clocks that differ by less are told to be the same. */
  private static final long MS_OF_DELAY = 5000;

  private Clocks() {}

  /** By how much the first is ahead, in milliseconds. */
  static long ahead(Moment said, Moment heard) {
    long ahead = said.epochMillis() - heard.epochMillis();
    return Math.abs(ahead) < MS_OF_DELAY ? 0 : ahead;
  }

  /** The clock here. */
  static Moment now() {
    return new Moment(System.currentTimeMillis());
  }
}
