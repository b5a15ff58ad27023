package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.list.Keeper;
import inuse.core.list.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown, and what keys do to it, without a terminal. */
final class ModelTest {
  private static final int COLUMNS = 60;
  private static final int ROWS = 24;

  private final Model model = new Model(Sample.LINES, Order.PORT, true, COLUMNS, ROWS);
  private Duration now = Duration.ofSeconds(1000);

  private void found(String... names) {
    model.found(Sample.INVENTORY, Sample.entries(names), names.length + " held", now);
  }

  private void after(long millis) {
    now = now.plusMillis(millis);
    model.passes(now);
  }

  private Wish press(String keys) {
    Wish last = Wish.Plain.NOTHING;
    for (Key key : new KeyDecoder().take(keys)) {
      last = model.key(key);
    }
    return last;
  }

  /** The rows of the table, as far as there are any: their signs, names and marks. */
  private List<String> table() {
    Layout layout = Layout.of(ROWS);
    return model
        .frame()
        .toString()
        .lines()
        .skip(layout.tableAt())
        .limit(layout.table())
        .filter(line -> !line.isEmpty())
        .map(ModelTest::brief)
        .toList();
  }

  private static String brief(String line) {
    boolean isRow = line.startsWith(" /", 2);
    String mark = line.endsWith(" NEW") ? " NEW" : line.endsWith(" ended") ? " ended" : "";
    return isRow
        ? line.substring(0, 3) + line.substring(4).replaceAll("[ .].*", "") + mark
        : line.strip();
  }

  @Test
  void rowsStandInOrderUnderAHead() {
    found("b", "a");

    assertThat(table()).containsExactly(">  a", "   b");
    assertThat(model.frame().toString()).contains(" inuse watch  2 held\n", "\n   PORT  ");
  }

  @Test
  void aNewRowComesInPlaceAndIsMarkedForAWhile() {
    found("a", "c");
    found("a", "b", "c");

    assertThat(table()).containsExactly(">  a", " + b NEW", "   c");
    after(9_999);
    assertThat(table().get(1)).endsWith("NEW");
    after(1);
    assertThat(table()).containsExactly(">  a", "   b", "   c");
    assertThat(model.isChanging()).isFalse();
  }

  @Test
  void anEndedRowStaysThreeSecondsWhereItWas() {
    found("a", "b", "c");
    found("a", "c");

    assertThat(table().get(1)).isEqualTo(" - b ended");
    assertThat(model.isChanging()).isTrue();
    after(2_999);
    assertThat(table()).hasSize(3);
    after(1);
    assertThat(table()).containsExactly(">  a", "   c");
  }

  @Test
  void whatComesBackIsNew() {
    found("a", "b");
    found("a");
    found("a", "b");

    assertThat(table().get(1)).isEqualTo(" + b NEW");
  }

  @Test
  void theChosenRowStaysChosenWhileOthersComeAndGo() {
    found("b", "d");
    press("\u001b[B");
    assertThat(table()).containsExactly("   b", ">  d");

    found("a", "b", "c", "d", "e");
    assertThat(table().get(3)).isEqualTo(">  d");
    found("d");
    after(3_000);
    assertThat(table()).containsExactly(">  d");
  }

  @Test
  void whenTheChosenRowIsGoneItsNeighbourIsChosen() {
    found("a", "b", "c");
    press("\u001b[B");
    found("a", "c");
    assertThat(table().get(1)).isEqualTo(">- b ended");
    after(3_000);

    assertThat(table()).containsExactly("   a", ">  c");
    found("a");
    after(3_000);
    assertThat(table()).containsExactly(">  a");
    found();
    after(3_000);
    assertThat(table()).containsExactly("nothing is held here");
    assertThat(model.chosen()).isEmpty();
    assertThat(press("f")).isEqualTo(Wish.Plain.NOTHING);
  }

  @Test
  void typingInTheFilterShowsOnlyWhatHasIt() {
    found("api", "shop", "Shopping");
    press("/SH");
    assertThat(table()).containsExactly(">  Shopping", "   shop");
    assertThat(model.frame().toString()).contains("filter: SH_");

    press("\u007f\u007fz");
    assertThat(table()).containsExactly("nothing is held here");
    press("\u0015\r");
    assertThat(table()).hasSize(3);
    press("/api\r");
    assertThat(table()).containsExactly(">  api");
    assertThat(press("q")).isEqualTo(Wish.Plain.QUIT);
    model.key(Key.Named.ESCAPE);
    assertThat(table()).hasSize(3);
  }

  @Test
  void keysAreTextWhileTheFilterIsTyped() {
    found("a");
    assertThat(press("/qf")).isEqualTo(Wish.Plain.NOTHING);
    assertThat(model.frame().toString()).contains("filter: qf_");
  }

  @Test
  void headingsSayWhatRowsHaveInCommon() {
    Keeper unit = new Keeper.Service("app.service", false, true);
    model.found(
        Sample.INVENTORY,
        List.of(Sample.entry("a"), Sample.entry("b", unit), Sample.entry("c")),
        "",
        now);
    press("\u001b[B");

    assertThat(table()).containsExactly("   a", ">  b", "   c");
    press("gg");
    assertThat(table()).containsExactly("app.service", ">  b", "hidden", "   a", "   c");
    assertThat(model.frame().toString()).contains("group: kept by");
    press("\u001b[B");
    assertThat(table()).containsExactly("app.service", "   b", "hidden", ">  a", "   c");
    press("gg");
    assertThat(table()).containsExactly(">  a", "   b", "   c");
  }

  @Test
  void theTableScrollsWithTheChosenRow() {
    List<Entry> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(Sample.entry(Character.toString('\u4e00' + i)));
    }
    model.found(Sample.INVENTORY, many, "", now);
    int high = Layout.of(ROWS).table();

    press("\u001b[F");
    assertThat(table()).hasSize(high).last().asString().startsWith(">  \u4ec7");
    press("\u001b[A");
    assertThat(table().get(high - 2)).startsWith(">");
    press("\u001b[H");
    assertThat(table().getFirst()).startsWith(">  \u4e00");
    press("\u001b[6~\u001b[6~");
    assertThat(model.chosen().orElseThrow().words())
        .contains("/" + Character.toString('\u4e00' + 2 * (high - 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "w, Awaited",
    "y, Copied",
    "f, Freed",
    "j, Shown",
    "n, NAMESPACES",
    "r, AGAIN",
    "q, QUIT",
    "s, NOTHING",
    "g, NOTHING",
    "x, NOTHING",
    "?, NOTHING",
  })
  void aKeyAsksForWhatItIsFor(String key, String wish) {
    found("a");

    assertThat(press(key).toString()).startsWith(wish);
  }

  @Test
  void whatAKeyAsksForIsAboutTheChosenRow() {
    found("a", "b");
    press("\u001b[B");

    assertThat(press("\r")).isEqualTo(new Wish.Shown(List.of("/b")));
    assertThat(press("j")).isEqualTo(new Wish.Shown(List.of("--json", "/b")));
    assertThat(press("y")).isEqualTo(new Wish.Copied("/b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f", "w", "y", "j", "\r"})
  void nothingIsDoneAboutWhatHasEnded(String key) {
    found("a");
    found();

    assertThat(press(key)).isEqualTo(Wish.Plain.NOTHING);
    assertThat(model.frame().toString()).contains("it has ended");
  }

  @ParameterizedTest
  @CsvSource({
    "y, true",
    "yes, true",
    "ny\u007f\u007fy, true",
    "'', false",
    "n, false",
    "yy, false",
    "Y, false",
    "ye, false",
    "y\u007f, false",
    "'yes\u0015', false",
  })
  void onlyATypedYesIsOne(String typed, boolean yes) {
    found("a");
    model.asks(new Page("inuse free /a"), "go on?");
    assertThat(model.frame().toString()).contains("go on? [y/N, then enter] _");

    press(typed + "\r");

    assertThat(model.answer()).contains(yes);
  }

  @Test
  void oneKeyIsNoAnswer() {
    model.asks(new Page("plan"), "go on?");
    press("y");
    assertThat(model.answer()).isEmpty();
    model.key(Key.Named.ESCAPE);
    assertThat(model.answer()).contains(false);

    model.asks(new Page("plan"), "go on?");
    assertThat(model.answer()).isEmpty();
  }

  @Test
  void aPageIsReadInPlaceOfTheRowsAndLeftAgain() {
    found("a");
    Page page = new Page("title");
    for (int i = 0; i < 100; i++) {
      page.write("line " + i + "\n");
    }
    model.reads(page);

    assertThat(model.frame().toString()).contains(" title ", "line 0\n", "down: more");
    press("\u001b[F");
    assertThat(model.frame().toString()).contains("line 99\n").doesNotContain("down: more");
    press(" ");
    press("\u001b[5~");
    assertThat(model.frame().toString()).doesNotContain("line 99\n").contains("line 77\n");
    press("q");
    assertThat(table()).containsExactly(">  a");
  }

  @Test
  void aPaneHasTheBeginningOfAnAnswer() {
    found("a");
    Page page = new Page("inuse /a");
    page.write("one\n".repeat(20));
    model.explains(page);

    assertThat(model.frame().toString())
        .contains("\u2500\u2500 inuse /a ", "enter: more", "\none\n");
  }

  @Test
  void withoutOtherCharactersLinesAreOfAscii() {
    Model plain = new Model(Sample.LINES, Order.PORT, false, COLUMNS, ROWS);
    plain.explains(new Page("inuse /a"));

    assertThat(plain.frame().toString()).contains("-- inuse /a --");
    assertThat(plain.frame().toString().chars()).allMatch(one -> one < 0x80);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "45, 5", "45, 7", "45, 12", "45, 15", "80, 24", "300, 100"})
  void everySizeIsDrawn(int columns, int rows) {
    model.resized(columns, rows);
    found("first", "second");
    assertThat(model.frame().toString().lines().toList())
        .hasSize(rows)
        .allMatch(line -> line.length() <= columns);
    if (rows > 2 && columns > 10) {
      assertThat(model.frame().toString()).contains("> ", "first");
    }
    model.reads(Keys.page());
    assertThat(model.frame().toString().lines().count()).isEqualTo(rows);
    model.asks(Keys.page(), "go on?");
    assertThat(model.frame().toString().lines().count()).isEqualTo(rows);
  }

  /** Whatever happens in whatever order: and each step makes of the screen what it should be. */
  @Test
  void tenThousandRandomEventsLeaveTheScreenAsItShouldBe() {
    Random random = new Random(11);
    KeyDecoder decoder = new KeyDecoder();
    int columns = COLUMNS;
    int rows = ROWS;
    ScreenReader terminal = new ScreenReader(columns, rows, false);
    Frame shown = new Frame(0, 0);
    for (int i = 0; i < 10_000; i++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          columns = 1 + random.nextInt(100);
          rows = 1 + random.nextInt(30);
          model.resized(columns, rows);
          terminal = new ScreenReader(columns, rows, false);
          shown = new Frame(0, 0);
        }
        case 1, 2 -> found(names(random));
        case 3 -> after(random.nextInt(5000));
        case 4 -> say(random);
        default -> decoder.take(keys(random)).forEach(model::key);
      }
      Frame frame = model.frame();
      assertThat(frame.columns()).isEqualTo(columns);
      assertThat(frame.rows()).isEqualTo(rows);
      terminal.show(frame.since(shown, true));
      ScreenReader fresh = new ScreenReader(columns, rows, false);
      fresh.show(frame.since(new Frame(0, 0), true));
      assertThat(terminal.cells()).as("%d: %s", i, frame).isEqualTo(fresh.cells());
      shown = frame;
    }
  }

  private static String[] names(Random random) {
    String letters = "abcdefghijklmnopqrstuvwxyz\u4e2d\u6587\u00e9";
    return random
        .ints(random.nextInt(40), 0, letters.length())
        .mapToObj(at -> letters.charAt(at) + "\u4e2d".repeat(at % 5) + letters)
        .distinct()
        .toArray(String[]::new);
  }

  private static String keys(Random random) {
    String[] keys = {
      "\u001b[A",
      "\u001b[B",
      "\u001b[5~",
      "\u001b[6~",
      "\u001b[H",
      "\u001b[F",
      "\u001b",
      "/",
      "q",
      "s",
      "g",
      "n",
      "f",
      "w",
      "e",
      "y",
      "j",
      "?",
      "\r",
      "\u007f",
      "\u00e4\u00b8\u00ad",
      "a",
      " ",
      "\u001b[",
      "1;",
      "\u009b",
      "\u0000",
      "\f",
      "\u0015"
    };
    return keys[random.nextInt(keys.length)];
  }

  private void say(Random random) {
    Page page = new Page("inuse free " + "\u4e2d".repeat(random.nextInt(60)));
    page.write("\u001b[1mtext\u001b[0m \u4e2d\n".repeat(random.nextInt(50)));
    switch (random.nextInt(4)) {
      case 0 -> model.reads(page);
      case 1 -> model.asks(page, "go on?");
      case 2 -> model.tells("\u4e2d".repeat(random.nextInt(60)));
      default -> model.explains(page);
    }
  }
}
