package inuse.render;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Uid;
import inuse.core.list.Keeper;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The list as text: a table for a screen, or a line a row for a pipe. */
public final class ListText {
  private static final String SEPARATOR = "   ";

  private ListText() {}

  /**
   * The table, with what it does not show below it.
   *
   * @param home the directory that is written as {@code ~}
   */
  public static String table(Listing listing, int columns, Optional<String> home, boolean colour) {
    StringBuilder text = new StringBuilder();
    for (ListTable.Line line : new ListTable(listing, home, colour).lines(columns)) {
      String shown =
          switch (line.kind()) {
            case TITLES -> colour ? Style.DIM + line.text() + Style.PLAIN : line.text();
            case HEADING -> colour ? Style.BOLD + line.text() + Style.PLAIN : line.text();
            case ROW -> line.text();
          };
      text.append(shown).append('\n');
    }
    text.append(text.isEmpty() ? "" : "\n");
    lines(footer(listing), columns).forEach(one -> text.append(one).append('\n'));
    for (Gap gap : gaps(listing)) {
      text.append(" unseen: ")
          .append(gap.what())
          .append(" (")
          .append(gap.why().word())
          .append("): ")
          .append(Escape.text(gap.remedy()))
          .append('\n');
    }
    return text.toString();
  }

  /** What has the sockets of a row, with its pid. */
  public static String who(Row row) {
    ListCells cells = new ListCells(row, new Moment(0), Optional.empty(), Optional.empty());
    return cells.who()
        + row.holder()
            .map(one -> " (pid " + one.pid() + ")")
            .orElse(row.recorded().isPresent() ? cells.others() : "");
  }

  /** Which processes could not be looked into matters where a socket has none. */
  private static List<Gap> gaps(Listing listing) {
    boolean hidden = listing.rows().stream().anyMatch(ListText::isHidden);
    return listing.inventory().gaps().stream()
        .filter(one ->
            hidden
                || switch (one.subject()) {
                  case OPEN_FILES, REFERENCES -> false;
                  case SOCKETS, PROCESSES, NAMESPACES, SUPERVISION, PACKET_FILTER -> true;
                })
        .toList();
  }

  private static boolean isHidden(Row row) {
    return row.holders().isEmpty() && !(row.keeper() instanceof Keeper.Kernel);
  }

  /** Parts of a footer, as many in a line as there is room for. */
  private static List<String> lines(List<String> parts, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String part : parts) {
      if (!line.isEmpty() && line.length() + SEPARATOR.length() + part.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? " " : SEPARATOR).append(part);
    }
    lines.add(line.toString());
    return lines;
  }

  private static List<String> footer(Listing listing) {
    List<Row> rows = listing.rows();
    List<String> parts = new ArrayList<>(counts(rows));
    if (rows.stream().anyMatch(ListCells::isMarked)) {
      parts.add("~ lets SO_REUSEADDR in");
    }
    Inventory inventory = listing.inventory();
    if (!inventory.asker().equals(Uid.ROOT) && rows.stream().anyMatch(ListText::isHidden)) {
      parts.add("sudo inuse names all");
    }
    int outgoing = inventory.spaces().stream().mapToInt(one -> one.bound().outgoing()).sum();
    if (outgoing > 0) {
      parts.add(outgoing + (outgoing == 1 ? " client's port" : " clients' ports"));
    }
    int uncounted = inventory.spaces().stream().mapToInt(one -> one.bound().uncounted()).sum();
    if (uncounted > 0) {
      parts.add(uncounted + " more sockets than there is room for");
    }
    if (inventory.otherNamespaces() > 0) {
      parts.add(
          inventory.otherNamespaces()
              + (inventory.otherNamespaces() == 1 ? " more namespace" : " more namespaces")
              + ": --all-netns");
    }
    rows.stream()
        .filter(row -> row.where().own() && !row.isLeftOver())
        .flatMap(row -> row.port().stream())
        .findFirst()
        .ifPresent(port -> parts.add("why: inuse " + port));
    rows.stream()
        .filter(row -> row.where().own())
        .filter(Row::isLeftOver)
        .flatMap(row -> row.port().stream())
        .findFirst()
        .ifPresent(port -> parts.add("give back: inuse free " + port));
    return parts;
  }

  /** How many rows there are, and of which kinds. */
  public static List<String> counts(List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of("nothing of that is bound here");
    }
    List<String> parts = new ArrayList<>(List.of(rows.size() + " held"));
    count(parts, rows.stream().filter(Row::isExposed).count(), " open to the network");
    count(parts, rows.stream().filter(Row::isLeftOver).count(), " left over");
    count(parts, rows.stream().filter(ListText::isHidden).count(), " hidden");
    return parts;
  }

  private static void count(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + what);
    }
  }

  /**
   * A line a row: ports or name, protocol, reach, whom it blocks, pid, user, start, clients,
   * program, who keeps it, directory. Tabs are between them, and what is not known is a dash.
   */
  public static String plain(Listing listing) {
    StringBuilder text = new StringBuilder();
    Moment now = listing.inventory().takenAt();
    for (Row row : listing.rows()) {
      ListCells cells = new ListCells(row, now, Optional.empty(), Optional.empty());
      switch (row.held()) {
        case Row.Held.Ports ports -> {
          ports.ports().forEach(one -> text.append(one.number()).append(','));
          text.setLength(text.length() - 1);
          field(text, ports.protocol().word());
          field(text, reach(row, ports));
          field(text, ports.blocks().word());
        }
        case Row.Held.Name(var socket) ->
            text.append(Escape.text(socket.name())).append("\tunix\tlocal\tall");
      }
      field(text, cells.pid());
      field(text, cells.user());
      field(
          text,
          row.holder()
              .flatMap(one -> one.startedAt().toOptional())
              .map(Timestamp::of)
              .orElse(ListCells.NONE));
      field(text, cells.clients());
      field(text, cells.who());
      text.append(cells.others());
      field(text, cells.keeper());
      String where = cells.where();
      field(text, where.isEmpty() ? ListCells.NONE : where);
      text.append('\n');
    }
    return text.toString();
  }

  private static void field(StringBuilder line, String field) {
    line.append('\t').append(field);
  }

  private static String reach(Row row, Row.Held.Ports ports) {
    return row.where().own()
        ? ports.reach().kind().word()
        : ports.reach().kind().word() + ":" + ListTable.name(row.where()).replace(' ', ':');
  }
}
