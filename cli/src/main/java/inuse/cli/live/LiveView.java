package inuse.cli.live;

import inuse.cli.line.ExitCode;
import inuse.cli.terminal.Pane;
import inuse.cli.terminal.Screen;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import inuse.render.Escape;
import inuse.render.ListText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The live view on a terminal: looks, draws, and does what keys ask for. */
final class LiveView {
  /** How long a row is chosen before it is asked about: whoever passes by does not wait. */
  private static final Duration REST = Duration.ofMillis(250);

  /** How long an Esc may be the beginning of something else. */
  private static final Duration OF_A_SEQUENCE = Duration.ofMillis(50);

  /** What is drawn anew by itself: how old rows are. */
  private static final Duration OF_MARKS = Duration.ofMillis(500);

  private static final int ROUNDS_BETWEEN_COLLECTIONS = 64;

  private static final Duration A_WHILE = Duration.ofMinutes(1);

  private final Terminal terminal;
  private final Screen screen;
  private final Outlook outlook;
  private final Runner runner;
  private final Model model;
  private final KeyDecoder decoder = new KeyDecoder();
  private final Map<String, Entry> awaited = new LinkedHashMap<>();
  private Frame shown = new Frame(0, 0);
  private OptionalInt end = OptionalInt.empty();
  private boolean isOver;
  private int rounds;
  private String chosen = "";
  private String explained = "";
  private Duration chosenAt = Duration.ZERO;

  LiveView(Terminal terminal, Screen screen, Outlook outlook, Order order, Runner runner) {
    this.terminal = terminal;
    this.screen = screen;
    this.outlook = outlook;
    this.runner = runner;
    Screen.Size size = screen.size();
    model =
        new Model(
            new Lines(terminal.environment("HOME"), terminal.isColourful(), terminal::readable),
            order,
            terminal.isUtf8(),
            size.columns(),
            size.rows());
  }

  /**
   * Shows it until somebody ends it.
   *
   * @return the exit status: zero, or 128 and the number of the signal that ended it
   */
  int run() {
    while (!isOver && end.isEmpty()) {
      look();
      explain();
      draw();
      listen(untilDue());
      collect();
    }
    return end.isPresent() ? 128 + end.getAsInt() : ExitCode.DONE.number();
  }

  /** Frames leave garbage behind, too, as the looks of an {@link Outlook} do. */
  private void collect() {
    if (++rounds % ROUNDS_BETWEEN_COLLECTIONS == 0) {
      System.gc();
    }
  }

  private void look() {
    if (outlook.isDue()) {
      Listing listing = outlook.look();
      model.found(
          listing.inventory(),
          Lines.entries(listing),
          String.join("  ", ListText.counts(listing.rows())),
          terminal.clock());
      tellWhatIsFree();
      outlook.forgetNews();
    }
    model.passes(terminal.clock());
  }

  /** Shows what is known about the row on which the choice rests. */
  private void explain() {
    String now = model.chosen().map(one -> one.key() + one.signature()).orElse("");
    if (!now.equals(chosen)) {
      chosen = now;
      chosenAt = terminal.clock();
    }
    if (!isExplanationDue()) {
      return;
    }
    explained = chosen;
    Page page = new Page("");
    model.chosen().ifPresent(entry -> runner.run(entry.brief(), in(page)));
    model.explains(model.chosen().map(entry -> page.titled("inuse " + entry.title())).orElse(page));
    outlook.forgetNews();
  }

  private boolean isExplanationDue() {
    return model.hasPane()
        && !explained.equals(chosen)
        && terminal.clock().minus(chosenAt).compareTo(REST) >= 0;
  }

  private Duration untilDue() {
    Duration now = terminal.clock();
    Duration pause = outlook.pause();
    if (model.isChanging()) {
      pause = shorter(pause, OF_MARKS);
    }
    if (model.hasPane() && !explained.equals(chosen)) {
      pause = shorter(pause, chosenAt.plus(REST).minus(now));
    }
    return pause.isNegative() ? Duration.ZERO : pause;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void draw() {
    Frame frame = model.frame();
    screen.draw(frame.since(shown, terminal.isColourful()));
    shown = frame;
  }

  /** Waits for keys, signals and news, and does what they ask for. */
  private void listen(Duration most) {
    boolean half = decoder.isWaiting();
    Screen.Wake wake =
        screen.await(half ? shorter(most, OF_A_SEQUENCE) : most, outlook.descriptor());
    if (wake.told()) {
      outlook.hears();
    }
    if (wake.isNew()) {
      drawAnew();
    }
    end = wake.end();
    List<Key> keys = half && wake.typed().isEmpty() ? decoder.rest() : decoder.take(wake.typed());
    for (Key key : keys) {
      Wish wish = isOver ? Wish.Plain.NOTHING : model.key(key);
      grant(wish);
      if (wish instanceof Wish.Freed) {
        // What was typed behind it is about what was seen before it.
        break;
      }
    }
  }

  private void drawAnew() {
    Screen.Size size = screen.size();
    model.resized(size.columns(), size.rows());
    shown = new Frame(0, 0);
  }

  private void grant(Wish wish) {
    switch (wish) {
      case Wish.Plain.NOTHING -> {}
      case Wish.Plain.QUIT -> isOver = true;
      case Wish.Plain.AGAIN -> {
        drawAnew();
        explained = "";
        outlook.wants();
      }
      case Wish.Plain.NAMESPACES -> {
        outlook.turns();
        model.looksAt(outlook.isEverywhere() ? "  namespaces: all" : "");
      }
      case Wish.Shown(List<String> words) -> {
        Page page = new Page(line(words));
        model.reads(page);
        draw();
        runner.run(words, in(page));
        outlook.forgetNews();
      }
      case Wish.Freed(Entry entry) -> free(entry);
      case Wish.Awaited(Entry entry) -> {
        awaited.put(entry.key(), entry);
        model.tells("waiting: a bell, and a line here, when " + entry.title() + " can be bound");
      }
      case Wish.Copied(String text) -> {
        screen.copy(text);
        model.tells("copied: " + text);
      }
    }
  }

  private static String line(List<String> words) {
    StringBuilder line = new StringBuilder("inuse");
    words.forEach(word -> line.append(' ').append(Escape.word(new Untrusted(word))));
    return line.toString();
  }

  private void free(Entry entry) {
    List<String> words = new ArrayList<>(List.of("free"));
    words.addAll(entry.command());
    Page page = new Page(line(words));
    model.reads(page);
    var _ = runner.run(words, in(page));
    outlook.wants();
    explained = "";
  }

  /** Tells of what is waited for and can be bound by now, as {@code inuse wait} would. */
  private void tellWhatIsFree() {
    for (Entry entry : List.copyOf(awaited.values())) {
      List<String> words = new ArrayList<>(List.of("wait", "--quiet", "--timeout", "0"));
      words.addAll(entry.command());
      if (runner.run(words, in(new Page(""))) == ExitCode.DONE) {
        awaited.remove(entry.key());
        model.tells(entry.title() + " can be bound: a real bind succeeded");
        screen.ring();
      }
    }
  }

  private Terminal in(Page page) {
    return terminal.in(
        new Pane() {
          @Override
          public int columns() {
            return shown.columns();
          }

          @Override
          public void write(String text) {
            page.write(terminal.readable(text));
            draw();
          }

          @Override
          public boolean confirms(String question) {
            return isConfirmed(page, question);
          }
        });
  }

  /** Asks, and goes on with everything but looking. */
  private boolean isConfirmed(Page page, String question) {
    // What was typed before it was asked is no answer.
    screen.await(Duration.ZERO, OptionalInt.empty());
    var _ = decoder.rest();
    model.asks(page, question);
    while (model.answer().isEmpty() && end.isEmpty()) {
      draw();
      listen(A_WHILE);
    }
    return model.answer().orElse(false);
  }
}
