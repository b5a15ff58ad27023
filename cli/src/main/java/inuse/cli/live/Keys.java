package inuse.cli.live;

import java.util.List;

/** What the keys are, for people. */
final class Keys {
  static final String READING = " up/down scroll   q back";

  /** The most useful first: what does not fit is left out. */
  private static final List<String> LINE =
      List.of(
          "q quit",
          "? help",
          "f free",
          "/ filter",
          "enter why",
          "w wait",
          "e explain",
          "s sort",
          "g group",
          "y copy",
          "j json",
          "n namespaces");

  private static final String PAGE =
      """
       arrows, page, home, end   choose a row
       enter  why it is held: the whole answer
       f      give it back: shows what inuse
              free would do, and asks
       w      tell me when it can be bound
       e      what is written about it
       j      the answer as JSON
       y      copy the address, where the
              terminal lets programs do that
       /      only rows with these characters;
              Esc shows all again
       s      sort by something else
       g      group by place, keeper, or not
       n      other network namespaces too, or
              no longer (root sees all)
       r      look again now
       q      quit

       + is new, - has ended.
       No key alone ever ends anything: f shows
       the plan, and waits for y and enter.
      """;

  private Keys() {}

  static Page page() {
    Page page = new Page("keys");
    page.write(PAGE);
    return page;
  }

  /** As many as fit. */
  static String line(int columns) {
    StringBuilder line = new StringBuilder();
    for (String one : LINE) {
      if (line.length() + 2 + one.length() > columns) {
        break;
      }
      line.append(line.isEmpty() ? " " : "  ").append(one);
    }
    return line.toString();
  }
}
