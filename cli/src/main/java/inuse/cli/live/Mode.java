package inuse.cli.live;

/** What keys are for at the moment. */
sealed interface Mode {
  /** Where there is nothing else to say. */
  enum Plain implements Mode {
    /** To choose a row, and say what to do with it. */
    BROWSING,
    /** To type what rows have to have. */
    SEARCHING
  }

  /** To read a page, which takes the place of everything else. */
  record Reading(Page page) implements Mode {}

  /** To answer a question about a page. */
  record Asked(Page page, String question, String typed) implements Mode {}
}
