package inuse.cli.live;

/** The part of the table that is seen: it moves as little as it has to. */
final class Window {
  private int top;

  /**
   * The first line to show.
   *
   * @param from the first line that has to be seen
   * @param to the last one
   * @param lines how many there are
   * @param height how many can be seen
   */
  int top(int from, int to, int lines, int height) {
    top = Math.min(top, Math.max(0, lines - height));
    top = Math.min(top, from);
    top = Math.max(top, to - height + 1);
    return Math.max(0, top);
  }
}
