package inuse.render;

import inuse.core.evidence.Inventory;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The list as a table for a screen: the columns that there is room for, the least useful left out
 * first. No number is ever cut.
 */
public final class ListTable {
  private static final String GAP = "  ";

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
    this(listing, ListGrouping.PLACE, home, colour);
  }

  /** The same with other headings. */
  public ListTable(Listing listing, ListGrouping grouping, Optional<String> home, boolean colour) {
    this.listing = listing;
    this.home = home;
    this.colour = colour;
    switch (grouping) {
      case PLACE -> part();
      case PROJECT -> part(row -> row.workplace().flatMap(Workplace::project).map(this::place));
      case KEEPER -> part(row -> Optional.of(KeeperText.of(row)));
      case NOTHING -> part(row -> Optional.empty());
    }
  }

  private String place(Untrusted directory) {
    return ListCells.home(directory.bytes(), home);
  }

  /** By their headings; rows without one come last, under none where there is no other. */
  private void part(Function<Row, Optional<String>> heading) {
    Map<String, List<Cells>> headed = new TreeMap<>();
    List<Cells> rest = new ArrayList<>();
    for (Row row : listing.rows()) {
      heading
          .apply(row)
          .map(one -> headed.computeIfAbsent(one, any -> new ArrayList<>()))
          .orElse(rest)
          .add(cells(row, Optional.empty()));
    }
    headed.forEach((one, rows) -> parts.add(new Part(Optional.of(one), rows)));
    if (!rest.isEmpty()) {
      parts.add(new Part(headed.isEmpty() ? Optional.empty() : Optional.of("elsewhere"), rest));
    }
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
    List<ListColumn> set = ListColumn.SETS.getLast();
    for (List<ListColumn> one : ListColumn.SETS.reversed()) {
      if (least(one) <= columns) {
        set = one;
      }
    }
    int[] widths = widths(set, columns);
    lines.add(new Line(Kind.TITLES, Optional.empty(), titles(set, widths)));
    for (Part part : parts) {
      part.heading()
          .ifPresent(text ->
              lines.add(new Line(Kind.HEADING, Optional.empty(), Cell.end(" " + text, columns))));
      for (Cells one : part.rows()) {
        lines.add(new Line(Kind.ROW, Optional.of(one.row()), line(one, set, widths)));
      }
    }
    return lines;
  }

  private int least(List<ListColumn> set) {
    int sum = 1 + GAP.length() * (set.size() - 1);
    for (ListColumn column : set) {
      sum += column.isCut() ? Math.min(column.least(), natural(column)) : natural(column);
    }
    return sum;
  }

  private int natural(ListColumn column) {
    int most = column.title().length();
    for (Part part : parts) {
      for (Cells one : part.rows()) {
        if (!isSpread(one.row(), column)) {
          most = Math.max(most, Cell.width(text(one, column)));
        }
      }
    }
    return most;
  }

  /** The name of a unix socket goes over the columns that it has nothing for. */
  private static boolean isSpread(Row row, ListColumn column) {
    return row.held() instanceof Row.Held.Name
        && (column == ListColumn.PORT || column == ListColumn.MARKED);
  }

  private int[] widths(List<ListColumn> set, int columns) {
    int[] widths = new int[set.size()];
    int sum = 1 + GAP.length() * (set.size() - 1);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = natural(set.get(i));
      sum += widths[i];
    }
    while (sum > columns) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean more = set.get(i).isCut() && widths[i] > set.get(i).least();
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

  private static String titles(List<ListColumn> set, int[] widths) {
    StringBuilder line = new StringBuilder(" ");
    for (int i = 0; i < widths.length; i++) {
      append(line, set.get(i), set.get(i).title(), widths[i], i + 1 == widths.length);
    }
    return line.toString();
  }

  private String line(Cells cells, List<ListColumn> set, int[] widths) {
    StringBuilder line = new StringBuilder(" ");
    int i = 0;
    if (isSpread(cells.row(), set.getFirst())) {
      int width = widths[0];
      i = 1;
      while (i < set.size() && isReach(set.get(i))) {
        width += GAP.length() + widths[i];
        i++;
      }
      line.append(Cell.padded(Cell.front(text(cells, set.getFirst()), width), width, false))
          .append(GAP);
    }
    for (; i < widths.length; i++) {
      ListColumn column = set.get(i);
      StringBuilder cell = new StringBuilder();
      append(cell, column, fitted(cells, column, widths[i]), widths[i], i + 1 == widths.length);
      line.append(coloured(cells.row(), column, cell.toString()));
    }
    return withoutBlanksAtItsEnd(line);
  }

  /** The text of a cell, in which a pid is never cut. */
  private static String fitted(Cells one, ListColumn column, int width) {
    if (column != ListColumn.WHO && column != ListColumn.WHO_PID) {
      return text(one, column);
    }
    String tail = tail(one, column);
    return Cell.end(one.cells().who(), Math.max(Cell.CUT.length() + 1, width - Cell.width(tail)))
        + tail;
  }

  private static String tail(Cells one, ListColumn column) {
    String pid =
        column == ListColumn.WHO_PID
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

  private static boolean isReach(ListColumn column) {
    return column == ListColumn.REACH || column == ListColumn.REACH_ONLY;
  }

  private static void append(
      StringBuilder line, ListColumn column, String text, int width, boolean last) {
    String cell = Cell.width(text) > width ? Cell.end(text, width) : text;
    line.append(last ? cell : Cell.padded(cell, width, column.isRight()) + GAP);
  }

  private String coloured(Row row, ListColumn column, String text) {
    if (!colour) {
      return text;
    }
    boolean keeper =
        column == ListColumn.KEEPER || column == ListColumn.FROM || column == ListColumn.FROM_WIDE;
    if (keeper && row.isLeftOver()) {
      return Style.YELLOW + text + Style.PLAIN;
    }
    return isReach(column) && row.isExposed() ? Style.BOLD + text + Style.PLAIN : text;
  }

  private static String text(Cells one, ListColumn column) {
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
      case FROM_WIDE, FROM -> cells.from();
    };
  }
}
