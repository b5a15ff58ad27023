package inuse.render;

import java.util.List;

/** A column of the list, with the least that it is cut to where it may be cut. */
enum ListColumn {
  PORT("PORT"),
  MARKED("PORT"),
  REACH("OPEN TO"),
  REACH_ONLY("OPEN TO"),
  BLOCKS("BLOCKS"),
  WHO("WHO", 14),
  WHO_PID("WHO", 20),
  PID("PID"),
  USER("USER"),
  SINCE("SINCE"),
  CLIENTS("CLIENTS"),
  KEEPER("KEPT BY", 16),
  WHERE("WHERE", 16),
  /** Beside more columns than are needed it is not cut to what tells nothing. */
  FROM_WIDE("FROM", 24),
  FROM("FROM", 12);

  private final String title;
  private final int least;

  ListColumn(String title) {
    this(title, 0);
  }

  ListColumn(String title, int least) {
    this.title = title;
    this.least = least;
  }

  boolean isCut() {
    return least > 0;
  }

  boolean isRight() {
    return this == PID || this == SINCE || this == CLIENTS;
  }

  String title() {
    return title;
  }

  /** Columns of the screen; zero where it may not be cut. */
  int least() {
    return least;
  }

  /** The sets of columns, the widest first. */
  static final List<List<ListColumn>> SETS =
      List.of(
          List.of(PORT, REACH, BLOCKS, WHO, PID, USER, SINCE, CLIENTS, KEEPER, WHERE),
          List.of(MARKED, REACH_ONLY, WHO, PID, USER, SINCE, CLIENTS, FROM_WIDE),
          List.of(MARKED, REACH_ONLY, WHO_PID, SINCE, FROM),
          List.of(MARKED, REACH_ONLY, WHO_PID, FROM),
          List.of(MARKED, REACH_ONLY, WHO_PID),
          List.of(MARKED, WHO_PID));
}
