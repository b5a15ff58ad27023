package inuse.cli.live;

import inuse.core.evidence.Inventory;
import inuse.core.list.Order;
import inuse.render.ListGrouping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The live view: what it shows, and what a key does to it. It knows no terminal and no clock, and
 * does nothing to anything but itself: what a key asks for beyond that is a {@link Wish}.
 */
public final class Model {
  /** Characters that can be typed; more than anybody does. */
  private static final int MOST_TYPED = 100;

  private final Lines lines;
  private final boolean unicode;
  private final Rows rows = new Rows();
  private final Selection selection = new Selection();
  private final Window window = new Window();
  private Order order;
  private ListGrouping grouping = ListGrouping.PLACE;
  private Optional<Inventory> inventory = Optional.empty();
  private Table table = new Table(List.of());
  private String search = "";
  private String summary = "";
  private String status = "";
  private String namespaces = "";
  private Mode mode = Mode.Plain.BROWSING;
  private Page pane = new Page("");
  private Optional<Boolean> answer = Optional.empty();
  private int columns;
  private int height;

  /**
   * A view without rows.
   *
   * @param unicode whether anything but ASCII can be shown
   */
  Model(Lines lines, Order order, boolean unicode, int columns, int height) {
    this.lines = lines;
    this.order = order;
    this.unicode = unicode;
    resized(columns, height);
  }

  /** The screen has another size. */
  public void resized(int newColumns, int newHeight) {
    columns = Math.max(1, newColumns);
    height = Math.max(1, newHeight);
    arrange();
  }

  /**
   * What was found now.
   *
   * @param told what is to be said of all of it
   */
  void found(Inventory seen, List<Entry> entries, String told, Duration now) {
    rows.found(entries, now);
    inventory = Optional.of(seen);
    summary = told;
    arrange();
  }

  /** Time has passed, on the same clock. */
  public void passes(Duration now) {
    if (rows.passes(now)) {
      arrange();
    }
  }

  /** Something else is looked at from now on. */
  public void looksAt(String where) {
    rows.clear();
    namespaces = where;
    arrange();
  }

  /** Makes the table anew, in which the chosen row stays chosen. */
  private void arrange() {
    table =
        new Table(
            inventory.isEmpty()
                ? List.of()
                : lines.table(
                    inventory.get(),
                    rows.shown(search, order),
                    grouping,
                    Math.max(1, columns - View.MARGIN)));
    selection.among(table.rows());
  }

  /** The chosen row. */
  Optional<Entry> chosen() {
    return kept().map(Kept::entry);
  }

  private Optional<Kept> kept() {
    return selection.of(table.rows()).map(rows::of);
  }

  /** Whether the pane is seen, so that it is worth to ask what it shows. */
  boolean hasPane() {
    return mode instanceof Mode.Plain && layout().pane() > 0;
  }

  /** Whether something will change by itself. */
  boolean isChanging() {
    return rows.isChanging();
  }

  /** Shows a page about the chosen row, below the rows. */
  void explains(Page page) {
    pane = page;
  }

  /** Shows a page in place of the rows. */
  void reads(Page page) {
    mode = new Mode.Reading(page);
  }

  /** Asks about a page, in place of the rows, until there is an {@link #answer}. */
  void asks(Page page, String question) {
    answer = Optional.empty();
    mode = new Mode.Asked(page, question, "");
    page.toEnd(columns, layout().whole());
  }

  /** The answer to the last question; empty while there is none. */
  Optional<Boolean> answer() {
    return answer;
  }

  /** Says something in one line, until a key is pressed. */
  void tells(String message) {
    status = message;
  }

  /** What a key does. */
  public Wish key(Key key) {
    status = "";
    return switch (mode) {
      case Mode.Plain plain when key == Key.Named.REDRAW -> Wish.Plain.AGAIN;
      case Mode.Plain.BROWSING -> browses(key);
      case Mode.Plain.SEARCHING -> searches(key);
      case Mode.Reading(Page page) -> scrolls(page, key);
      case Mode.Asked asked -> answers(asked, key);
    };
  }

  private Wish browses(Key key) {
    if (moves(key)) {
      return Wish.Plain.NOTHING;
    }
    return switch (key) {
      case Key.Named.ENTER -> about(entry -> new Wish.Shown(entry.brief()));
      case Key.Named.ESCAPE -> searchFor("");
      case Key.Named other -> Wish.Plain.NOTHING;
      case Key.Text(int point) -> typed(point);
    };
  }

  private Wish typed(int point) {
    return switch (point) {
      case 'q' -> Wish.Plain.QUIT;
      case '/' -> {
        mode = Mode.Plain.SEARCHING;
        yield Wish.Plain.NOTHING;
      }
      case 's' -> {
        order = next(List.of(Order.values()), order);
        arrange();
        yield Wish.Plain.NOTHING;
      }
      case 'g' -> {
        grouping = next(List.of(ListGrouping.values()), grouping);
        arrange();
        yield Wish.Plain.NOTHING;
      }
      case 'n' -> Wish.Plain.NAMESPACES;
      case 'r' -> Wish.Plain.AGAIN;
      case 'f' -> about(Wish.Freed::new);
      case 'w' -> about(Wish.Awaited::new);
      case 'e' -> about(this::explained);
      case 'j' -> about(Model::json);
      case 'y' -> about(entry -> new Wish.Copied(entry.address()));
      case '?' -> {
        reads(Keys.page());
        yield Wish.Plain.NOTHING;
      }
      default -> Wish.Plain.NOTHING;
    };
  }

  private static <T> T next(List<T> all, T now) {
    return all.get((all.indexOf(now) + 1) % all.size());
  }

  private Wish explained(Entry entry) {
    if (entry.row().causeId().isEmpty()) {
      tells("nothing is written about this; enter tells what is known");
      return Wish.Plain.NOTHING;
    }
    return new Wish.Shown(List.of("explain", "--no-pager", entry.row().causeId().get()));
  }

  private static Wish json(Entry entry) {
    List<String> words = new ArrayList<>(List.of("--json"));
    words.addAll(entry.brief());
    return new Wish.Shown(words);
  }

  private interface About {
    Wish of(Entry entry);
  }

  private Wish about(About about) {
    Optional<Kept> chosen = kept();
    if (chosen.isEmpty()) {
      return Wish.Plain.NOTHING;
    }
    if (chosen.get().mark() == Kept.Mark.ENDED) {
      tells("it has ended");
      return Wish.Plain.NOTHING;
    }
    return about.of(chosen.get().entry());
  }

  /** Whether the key chooses another row. */
  private boolean moves(Key key) {
    if (!(key instanceof Key.Named named)) {
      return false;
    }
    long by = distance(named, Math.max(1, layout().table() - 1));
    if (by != 0) {
      selection.move(table.rows(), by);
    }
    return by != 0;
  }

  private static long distance(Key.Named key, int page) {
    return switch (key) {
      case UP -> -1;
      case DOWN -> 1;
      case PAGE_UP -> -page;
      case PAGE_DOWN -> page;
      case HOME -> -Integer.MAX_VALUE;
      case END -> Integer.MAX_VALUE;
      case LEFT, RIGHT, ENTER, ESCAPE, BACKSPACE, CLEAR, REDRAW -> 0;
    };
  }

  private Wish searches(Key key) {
    if (moves(key)) {
      return Wish.Plain.NOTHING;
    }
    if (key == Key.Named.ENTER || key == Key.Named.ESCAPE) {
      mode = Mode.Plain.BROWSING;
    }
    return searchFor(key == Key.Named.ESCAPE ? "" : edited(search, key));
  }

  private Wish searchFor(String text) {
    search = text;
    arrange();
    return Wish.Plain.NOTHING;
  }

  private static String edited(String text, Key key) {
    return switch (key) {
      case Key.Text(int point) ->
          text.length() < MOST_TYPED ? text + new String(Character.toChars(point)) : text;
      case Key.Named.BACKSPACE ->
          text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(text.length(), -1));
      case Key.Named.CLEAR -> "";
      case Key.Named other -> text;
    };
  }

  private Wish scrolls(Page page, Key key) {
    if (scrolled(page, key)) {
      return Wish.Plain.NOTHING;
    }
    boolean ends =
        key == Key.Named.ESCAPE
            || key == Key.Named.ENTER
            || key == Key.Named.LEFT
            || key.equals(new Key.Text('q'));
    if (ends) {
      mode = Mode.Plain.BROWSING;
    }
    return Wish.Plain.NOTHING;
  }

  private boolean scrolled(Page page, Key key) {
    int high = layout().whole();
    long by = key instanceof Key.Named named ? distance(named, Math.max(1, high - 1)) : 0;
    by = key.equals(new Key.Text(' ')) ? high - 1 : by;
    page.scroll(by, columns, high);
    return by != 0;
  }

  private Wish answers(Mode.Asked asked, Key key) {
    boolean isOver = key == Key.Named.ENTER || key == Key.Named.ESCAPE;
    if (isOver) {
      String typed = asked.typed();
      answer = Optional.of(key == Key.Named.ENTER && (typed.equals("y") || typed.equals("yes")));
      mode = new Mode.Reading(asked.page());
    } else if (key == Key.Named.UP || key == Key.Named.DOWN) {
      scrolled(asked.page(), key);
    } else {
      mode = new Mode.Asked(asked.page(), asked.question(), edited(asked.typed(), key));
    }
    return Wish.Plain.NOTHING;
  }

  private Layout layout() {
    return Layout.of(height);
  }

  /** What the screen is to show. */
  Frame frame() {
    View view = new View(new Frame(columns, height), layout(), unicode);
    view.title(summary);
    switch (mode) {
      case Mode.Plain plain -> {
        view.settings(
            search,
            mode == Mode.Plain.SEARCHING,
            "sort: " + order.word() + "  group: " + grouping.word() + namespaces);
        view.table(table, selection.of(table.rows()), rows, window);
        view.pane(pane);
        view.bottom(status.isEmpty() ? Keys.line(columns) : " " + status);
      }
      case Mode.Reading(Page page) -> {
        view.whole(page);
        view.bottom(status.isEmpty() ? Keys.READING : " " + status);
      }
      case Mode.Asked(Page page, String question, String typed) -> {
        view.whole(page);
        view.bottom(" " + question + " [y/N, then enter] " + typed + "_");
      }
    }
    return view.frame();
  }
}
