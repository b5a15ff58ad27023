package inuse.cli.commands;

import inuse.render.Escape;
import inuse.core.evidence.Place;
import inuse.core.fix.Eyes;
import inuse.core.fix.Waiter;
import java.time.Duration;
import inuse.cli.terminal.Terminal;

/** One line on a terminal that tells how long it will take; silence for scripts. */
final class Countdown implements Waiter.Progress {
  private static final String ERASE = "\r\u001b[K";

  private final Terminal terminal;
  private final String target;
  private final boolean wanted;
  private String shown = "";

  Countdown(Terminal terminal, Place target, boolean wanted) {
    this.terminal = terminal;
    this.target = Escape.text(target);
    this.wanted = wanted && terminal.isWatched();
  }

  @Override
  public void tell(Eyes.Fading fading) {
    String line =
        target
            + ": "
            + fading
                .last()
                .map(last -> fading.state() + ", " + seconds(last) + " s left")
                .orElse("waiting");
    if (wanted && !line.equals(shown)) {
      terminal.printError(ERASE + line);
      shown = line;
    }
  }

  /** Leaves the line as if nothing had been there. */
  void clear() {
    if (!shown.isEmpty()) {
      terminal.printError(ERASE);
      shown = "";
    }
  }

  private static long seconds(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }
}
