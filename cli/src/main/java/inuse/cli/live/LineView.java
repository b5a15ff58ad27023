package inuse.cli.live;

import inuse.cli.line.ExitCode;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Inventory;
import inuse.core.list.Listing;
import inuse.render.RowChange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The list for whoever reads lines: one for each row at first, then one for each change. */
final class LineView {
  private final Terminal terminal;
  private final Outlook outlook;
  private final Function<RowChange, String> writer;
  private final Predicate<String> out;
  private Map<String, Entry> before = new LinkedHashMap<>();

  /**
   * A view in lines.
   *
   * @param writer what is written of a change, with the line's end
   * @param out where to; false when nobody reads it
   */
  LineView(
      Terminal terminal,
      Outlook outlook,
      Function<RowChange, String> writer,
      Predicate<String> out) {
    this.terminal = terminal;
    this.outlook = outlook;
    this.writer = writer;
    this.out = out;
  }

  /** Writes until nobody reads. */
  ExitCode run() {
    RowChange.Kind first = RowChange.Kind.HELD;
    while (terminal.isRead()) {
      if (outlook.isDue()) {
        Listing listing = outlook.look();
        if (!tells(listing, first)) {
          break;
        }
        first = RowChange.Kind.NEW;
      }
      if (terminal.awaits(outlook.pause(), outlook.descriptor())) {
        outlook.hears();
      }
    }
    return ExitCode.DONE;
  }

  /** Whether it arrived. */
  private boolean tells(Listing listing, RowChange.Kind kind) {
    Map<String, Entry> now = new LinkedHashMap<>();
    Lines.entries(listing).forEach(entry -> now.put(entry.key(), entry));
    Inventory seen = listing.inventory();
    StringBuilder text = new StringBuilder();
    before.forEach((key, entry) -> {
      if (!now.containsKey(key)) {
        text.append(writer.apply(new RowChange(RowChange.Kind.ENDED, seen, entry.row())));
      }
    });
    now.forEach((key, entry) -> {
      Entry old = before.get(key);
      if (old == null) {
        text.append(writer.apply(new RowChange(kind, seen, entry.row())));
      } else if (!old.signature().equals(entry.signature())) {
        text.append(writer.apply(new RowChange(RowChange.Kind.CHANGED, seen, entry.row())));
      }
    });
    before = now;
    return text.isEmpty() || out.test(text.toString());
  }
}
