package inuse.cli.live;

/** A key that was pressed. */
public sealed interface Key {
  /** A key that writes a character. */
  record Text(int point) implements Key {}

  /** A key that does something else. */
  enum Named implements Key {
    UP,
    DOWN,
    LEFT,
    RIGHT,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    ENTER,
    ESCAPE,
    BACKSPACE,
    /** Ctrl-U: everything typed so far goes. */
    CLEAR,
    /** Ctrl-L: what somebody else has written over is drawn again. */
    REDRAW
  }
}
