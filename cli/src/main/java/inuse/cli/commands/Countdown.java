package inuse.cli.commands;

import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Target;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Waiter;
import inuse.render.Escape;
import java.time.Duration;

/** A line on a terminal with the remaining time; silent for scripts. */
final class Countdown implements Waiter.Progress {
  private static final String ERASE = "\r\u001b[K";

  private final Terminal terminal;
  private final String target;
  private final boolean wanted;
  private String shown = "";

  Countdown(Terminal terminal, Target target, boolean wanted) {
    this.terminal = terminal;
    this.target = Escape.text(target);
    this.wanted = wanted && terminal.isWatched();
  }

  @Override
  public void tell(AddressMonitor.Expiry fading) {
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

  /** Erases the line. */
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
