package inuse.cli.terminal;

/** A part of a screen in which a command runs, in place of a terminal of its own. */
public interface Pane {
  /** How wide it is. */
  int columns();

  /** Shows text of the command, which may end within a line. */
  void write(String text);

  /** Asks; true only for a yes. */
  boolean confirms(String question);
}
