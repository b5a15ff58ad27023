package inuse.cli.live;

import java.util.ArrayList;
import java.util.List;

/** Text that can be scrolled, and grows while a command writes it. */
final class Page {
  /** What {@code free} and {@code wait} begin a line anew with. */
  private static final String ANEW = "\r\u001b[K";

  /** Lines that are kept; what is longer has lost its beginning by then. */
  private static final int MOST_LINES = 5000;

  private String title;
  private final List<String> lines = new ArrayList<>(List.of(""));
  private int top;

  Page(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The same with another title. */
  Page titled(String other) {
    title = other;
    return this;
  }

  /** Adds text, which may end within a line. */
  void write(String text) {
    int from = 0;
    while (from < text.length()) {
      if (text.startsWith(ANEW, from)) {
        lines.set(lines.size() - 1, "");
        from += ANEW.length();
        continue;
      }
      int end = text.indexOf('\n', from);
      int anew = text.indexOf(ANEW, from);
      int until = end < 0 ? text.length() : end;
      until = anew < 0 ? until : Math.min(until, anew);
      lines.set(lines.size() - 1, lines.getLast() + text.substring(from, until));
      from = until;
      if (until == end) {
        lines.add("");
        from++;
      }
    }
    while (lines.size() > MOST_LINES) {
      lines.removeFirst();
    }
  }

  /** The lines that a window of that size shows. */
  List<String> window(int columns, int height) {
    List<String> all = wrapped(columns);
    keepWithin(all.size(), height);
    return all.subList(top, Math.min(all.size(), top + Math.max(0, height)));
  }

  /** Goes so many lines on, or back, in a window of that size. */
  void scroll(long by, int columns, int height) {
    int lastLine = wrapped(columns).size();
    top = (int) Math.max(0, Math.min(top + by, lastLine));
    keepWithin(lastLine, height);
  }

  /** Shows the end. */
  void toEnd(int columns, int height) {
    scroll(Integer.MAX_VALUE, columns, height);
  }

  private void keepWithin(int count, int height) {
    top = Math.max(0, Math.min(top, count - height));
  }

  /** Whether there is more below a window of that size. */
  boolean isLonger(int columns, int height) {
    return top + height < wrapped(columns).size();
  }

  /** The lines, those broken that were written for a wider window; a last empty one left out. */
  private List<String> wrapped(int columns) {
    List<String> wrapped = new ArrayList<>();
    for (String line : lines) {
      String rest = line;
      int end = Frame.fitting(rest, columns);
      while (end < rest.length()) {
        wrapped.add(rest.substring(0, end));
        rest = rest.substring(end);
        end = Frame.fitting(rest, columns);
      }
      wrapped.add(rest);
    }
    if (wrapped.getLast().isEmpty()) {
      wrapped.removeLast();
    }
    return wrapped;
  }
}
