package inuse.render;

import inuse.core.evidence.Inventory;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The list as a table for a screen: the columns that there is room for, the least useful left out
 * first. No number is ever cut.
 */
public final class ListTable {
  private static final String GAP = "  ";
  private static final String CUT = "..";

  /** A column, with the least that it is cut to where it may be cut. */
  private enum Column {
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
    FROM("FROM", 12);

    private final String title;
    private final int least;

    Column(String title) {
      this(title, 0);
    }

    Column(String title, int least) {
      this.title = title;
      this.least = least;
    }

    boolean isCut() {
      return least > 0;
    }

    boolean isRight() {
      return this == PID || this == SINCE || this == CLIENTS;
    }
  }

  /** The sets of columns, the widest first. */
  private static final List<List<Column>> SETS =
      List.of(
          List.of(
              Column.PORT,
              Column.REACH,
              Column.BLOCKS,
              Column.WHO,
              Column.PID,
              Column.USER,
              Column.SINCE,
              Column.CLIENTS,
              Column.KEEPER,
              Column.WHERE),
          List.of(
              Column.MARKED,
              Column.REACH_ONLY,
              Column.WHO,
              Column.PID,
              Column.USER,
              Column.SINCE,
              Column.CLIENTS,
              Column.FROM),
          List.of(Column.MARKED, Column.REACH_ONLY, Column.WHO_PID, Column.SINCE, Column.FROM),
          List.of(Column.MARKED, Column.REACH_ONLY, Column.WHO_PID, Column.FROM),
          List.of(Column.MARKED, Column.REACH_ONLY, Column.WHO_PID),
          List.of(Column.MARKED, Column.WHO_PID));

  /** What a line is. */
  public enum Kind {
    /** The titles of the columns. */
    TITLES,
    /** Where the rows below it are. */
    HEADING,
    ROW
  }

  /**
   * A line.
   *
   * @param row what it is about, where it is a row
   */
  public record Line(Kind kind, Optional<Row> row, String text) {}

  private final Listing listing;
  private final Optional<String> home;
  private final boolean colour;
  private final List<Part> parts = new ArrayList<>();

  /** Rows below one heading. */
  private record Part(Optional<String> heading, List<Cells> rows) {}

  private record Cells(Row row, ListCells cells) {}

  /**
   * A table of a listing.
   *
   * @param home the directory that is written as {@code ~}
   */
  public ListTable(Listing listing, Optional<String> home, boolean colour) {
    this.listing = listing;
    this.home = home;
    this.colour = colour;
    part();
  }

  /** What belongs to the directory that one is in first, then the rest, then other namespaces. */
  private void part() {
    Optional<Workplace> here = listing.inventory().here();
    Optional<String> base = here.flatMap(ListTable::base);
    List<Cells> near = new ArrayList<>();
    List<Cells> far = new ArrayList<>();
    for (Row row : listing.rows()) {
      if (row.where().own()) {
        boolean isNear = base.filter(one -> row.isBelow(one)).isPresent();
        (isNear ? near : far).add(cells(row, isNear ? base : Optional.empty()));
      }
    }
    if (!near.isEmpty()) {
      String branch =
          here.flatMap(Workplace::branch).map(one -> " (git " + Escape.text(one) + ")").orElse("");
      String place = ListCells.home(base.orElse(""), home);
      parts.add(new Part(Optional.of("here, in " + place + branch), near));
    }
    if (!far.isEmpty()) {
      parts.add(new Part(near.isEmpty() ? Optional.empty() : Optional.of("elsewhere"), far));
    }
    for (Inventory.Space space : listing.inventory().spaces()) {
      List<Cells> inside =
          listing.rows().stream()
              .filter(row -> !row.where().own() && row.where().equals(space.where()))
              .map(row -> cells(row, Optional.empty()))
              .toList();
      if (!inside.isEmpty()) {
        parts.add(new Part(Optional.of("in network namespace " + name(space.where())), inside));
      }
    }
  }

  private static Optional<String> base(Workplace here) {
    return here.project()
        .or(() -> Optional.of(here.directory()))
        .map(Untrusted::bytes)
        .filter(path -> path.length() > 1);
  }

  static String name(Namespace namespace) {
    return namespace
        .container()
        .map(one -> one.engine().word() + " " + one.shortName())
        .or(() -> namespace.name().map(Escape::text))
        .orElse(namespace.path());
  }

  private Cells cells(Row row, Optional<String> here) {
    return new Cells(row, new ListCells(row, listing.inventory().takenAt(), here, home));
  }

  /** The lines for a screen of that many columns. */
  public List<Line> lines(int columns) {
    List<Line> lines = new ArrayList<>();
    if (parts.isEmpty()) {
      return lines;
    }
    List<Column> set = SETS.getLast();
    for (List<Column> one : SETS.reversed()) {
      if (least(one) <= columns) {
        set = one;
      }
    }
    int[] widths = widths(set, columns);
    lines.add(new Line(Kind.TITLES, Optional.empty(), titles(set, widths)));
    for (Part part : parts) {
      part.heading()
          .ifPresent(text ->
              lines.add(new Line(Kind.HEADING, Optional.empty(), cut(" " + text, columns))));
      for (Cells one : part.rows()) {
        lines.add(new Line(Kind.ROW, Optional.of(one.row()), line(one, set, widths)));
      }
    }
    return lines;
  }

  private int least(List<Column> set) {
    int sum = 1 + GAP.length() * (set.size() - 1);
    for (Column column : set) {
      sum += column.isCut() ? Math.min(column.least, natural(column)) : natural(column);
    }
    return sum;
  }

  private int natural(Column column) {
    int most = column.title.length();
    for (Part part : parts) {
      for (Cells one : part.rows()) {
        if (!isSpread(one.row(), column)) {
          most = Math.max(most, width(text(one, column)));
        }
      }
    }
    return most;
  }

  /** The name of a unix socket goes over the columns that it has nothing for. */
  private static boolean isSpread(Row row, Column column) {
    return row.held() instanceof Row.Held.Name
        && (column == Column.PORT || column == Column.MARKED);
  }

  private int[] widths(List<Column> set, int columns) {
    int[] widths = new int[set.size()];
    int sum = 1 + GAP.length() * (set.size() - 1);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = natural(set.get(i));
      sum += widths[i];
    }
    while (sum > columns) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean more = set.get(i).isCut() && widths[i] > set.get(i).least;
        if (more && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      sum--;
    }
    return widths;
  }

  private static String titles(List<Column> set, int[] widths) {
    StringBuilder line = new StringBuilder(" ");
    for (int i = 0; i < widths.length; i++) {
      append(line, set.get(i), set.get(i).title, widths[i], i + 1 == widths.length);
    }
    return line.toString();
  }

  private String line(Cells cells, List<Column> set, int[] widths) {
    StringBuilder line = new StringBuilder(" ");
    int i = 0;
    if (isSpread(cells.row(), set.getFirst())) {
      int width = widths[0];
      i = 1;
      while (i < set.size() && isReach(set.get(i))) {
        width += GAP.length() + widths[i];
        i++;
      }
      line.append(padded(cutFront(text(cells, set.getFirst()), width), width, false)).append(GAP);
    }
    for (; i < widths.length; i++) {
      Column column = set.get(i);
      StringBuilder cell = new StringBuilder();
      append(cell, column, fitted(cells, column, widths[i]), widths[i], i + 1 == widths.length);
      line.append(coloured(cells.row(), column, cell.toString()));
    }
    return withoutBlanksAtItsEnd(line);
  }

  /** The text of a cell, in which a pid is never cut. */
  private static String fitted(Cells one, Column column, int width) {
    if (column != Column.WHO && column != Column.WHO_PID) {
      return text(one, column);
    }
    String tail = tail(one, column);
    return cut(one.cells().who(), Math.max(CUT.length() + 1, width - width(tail))) + tail;
  }

  private static String tail(Cells one, Column column) {
    String pid =
        column == Column.WHO_PID
            ? one.row().holder().map(holder -> " " + holder.pid()).orElse("")
            : "";
    return pid + one.cells().others();
  }

  private static String withoutBlanksAtItsEnd(StringBuilder line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ') {
      end--;
    }
    return line.substring(0, end);
  }

  private static boolean isReach(Column column) {
    return column == Column.REACH || column == Column.REACH_ONLY;
  }

  private static void append(
      StringBuilder line, Column column, String text, int width, boolean last) {
    String cell = width(text) > width ? cut(text, width) : text;
    line.append(last ? cell : padded(cell, width, column.isRight()) + GAP);
  }

  private static String padded(String text, int width, boolean right) {
    String blanks = " ".repeat(Math.max(0, width - width(text)));
    return right ? blanks + text : text + blanks;
  }

  private String coloured(Row row, Column column, String text) {
    if (!colour) {
      return text;
    }
    boolean keeper = column == Column.KEEPER || column == Column.FROM;
    if (keeper && row.isLeftOver()) {
      return Style.YELLOW + text + Style.PLAIN;
    }
    return isReach(column) && row.isExposed() ? Style.BOLD + text + Style.PLAIN : text;
  }

  private static String text(Cells one, Column column) {
    ListCells cells = one.cells();
    return switch (column) {
      case PORT -> cells.port();
      case MARKED -> cells.markedPort();
      case REACH -> cells.reach(true);
      case REACH_ONLY -> cells.reach(false);
      case BLOCKS -> cells.blocks();
      case WHO, WHO_PID -> cells.who() + tail(one, column);
      case PID -> cells.pid();
      case USER -> cells.user();
      case SINCE -> cells.since();
      case CLIENTS -> cells.clients();
      case KEEPER -> cells.keeper();
      case WHERE -> cells.where();
      case FROM -> cells.from();
    };
  }

  /** Columns that a text takes at most: others than ASCII count as two. */
  private static int width(String text) {
    int width = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      width += point < 0x80 ? 1 : 2;
      at += Character.charCount(point);
    }
    return width;
  }

  private static String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int end = 0;
    int taken = CUT.length();
    while (end < text.length()) {
      int point = text.codePointAt(end);
      taken += point < 0x80 ? 1 : 2;
      if (taken > width) {
        break;
      }
      end += Character.charCount(point);
    }
    return text.substring(0, beforeNumber(text, end)) + CUT;
  }

  /** Where a text may end at that place without the first digits of a number. */
  private static int beforeNumber(String text, int end) {
    if (end == text.length() || !isOfNumber(text.charAt(end))) {
      return end;
    }
    int start = end;
    while (start > 0 && isOfNumber(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean isOfNumber(char one) {
    return (one >= '0' && one <= '9') || one == '.' || one == ':';
  }

  /** The end of a path tells more than its beginning. */
  private static String cutFront(String text, int width) {
    int from = 0;
    int taken = width(text) + CUT.length();
    if (width(text) <= width) {
      return text;
    }
    while (from < text.length() && taken > width) {
      int point = text.codePointAt(from);
      taken -= point < 0x80 ? 1 : 2;
      from += Character.charCount(point);
    }
    return CUT + text.substring(from);
  }
}
