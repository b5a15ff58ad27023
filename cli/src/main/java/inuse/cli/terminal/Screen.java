package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.SIGCONT;
import static inuse.kernel.abi.Constants.SIGHUP;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGQUIT;
import static inuse.kernel.abi.Constants.SIGSTOP;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SIGTSTP;
import static inuse.kernel.abi.Constants.SIGWINCH;
import static inuse.kernel.abi.Constants.TIOCGWINSZ;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.ProcessStat;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A terminal that is drawn on as a whole: its alternate screen, keys as they are pressed, and the
 * signals that concern it. Closing it leaves the terminal as it was.
 */
public final class Screen implements AutoCloseable {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;

  /** sizeof(struct signalfd_siginfo). */
  private static final int SIGNAL_BYTES = 128;

  private static final int KEY_BYTES = 1024;
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  /** No sane chain of parents is longer. */
  private static final int MOST_PARENTS = 64;

  /**
   * The alternate screen, where the mouse's wheel sends arrows; no cursor, and no line that goes on
   * in the next.
   */
  private static final String ENTER =
      "\u001b[?1049h\u001b[?1007s\u001b[?1007h\u001b[?25l\u001b[?7l\u001b[0m\u001b[2J";

  private static final String LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1007r\u001b[?1049l";

  /** What is between the two appears at once, on a terminal that knows it (DEC mode 2026). */
  private static final String BEGIN = "\u001b[?2026h";

  private static final String END = "\u001b[?2026l";

  private final Host host;
  private final SystemCalls calls;
  private final Terminal terminal;
  private final TerminalMode mode;
  private final int signals;
  private boolean isGone;

  private Screen(Host host, Terminal terminal, TerminalMode mode, int signals) {
    this.host = host;
    calls = host.calls();
    this.terminal = terminal;
    this.mode = mode;
    this.signals = signals;
  }

  /** Columns and rows. */
  public record Size(int columns, int rows) {}

  /**
   * Why a wait is over.
   *
   * @param typed what was typed, one char a byte; may be the half of a key
   * @param isNew whether everything has to be drawn anew, perhaps in another size
   * @param told whether the other descriptor has something to read
   * @param end the signal that asks us to end, SIGHUP where the terminal has gone
   */
  public record Wake(String typed, boolean isNew, boolean told, OptionalInt end) {}

  /**
   * Takes the terminal.
   *
   * @return empty where standard input and output are no terminal that can be drawn on
   */
  public static Optional<Screen> open(Host host, Terminal terminal) {
    SystemCalls calls = host.calls();
    Optional<TerminalMode> mode = TerminalMode.of(calls, STDIN);
    if (mode.isEmpty()
        || TerminalMode.of(calls, STDOUT).isEmpty()
        || terminal.environment("TERM").orElse("dumb").equals("dumb")) {
      return Optional.empty();
    }
    int signals =
        calls.signalDescriptor(SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH);
    if (signals < 0) {
      // Nobody could be sure to get the terminal back.
      return Optional.empty();
    }
    Screen screen = new Screen(host, terminal, mode.get(), signals);
    screen.enter();
    return Optional.of(screen);
  }

  private void enter() {
    mode.raw().apply(calls, STDIN);
    write(ENTER);
  }

  private void leave() {
    write(LEAVE);
    mode.apply(calls, STDIN);
  }

  private void write(String text) {
    isGone |= !terminal.written(text);
  }

  /** Its size now. */
  public Size size() {
    byte[] size = new byte[8];
    boolean known = calls.ioctl(STDOUT, TIOCGWINSZ, size) >= 0;
    int rows = known ? Bytes.getShort(size, 0) : 0;
    int columns = known ? Bytes.getShort(size, 2) : 0;
    return new Size(columns == 0 ? USUAL_COLUMNS : columns, rows == 0 ? USUAL_ROWS : rows);
  }

  /** Draws with control sequences; all of it appears at once. */
  public void draw(String sequences) {
    if (!sequences.isEmpty()) {
      write(BEGIN + sequences + END);
    }
  }

  /** Offers text to the terminal's clipboard, which may not let us. */
  public void copy(String text) {
    write(Clipboard.sequence(text));
  }

  /** Makes the sound of something that happened. */
  public void ring() {
    write("\u0007");
  }

  /**
   * Waits for a key, a signal, or something to read from another descriptor.
   *
   * @param other such a descriptor; empty for none
   */
  public Wake await(Duration most, OptionalInt other) {
    int[] fds = {STDIN, signals, other.orElse(signals)};
    int[] events = new int[fds.length];
    calls.awaitInputs(fds, events, most.toNanos());
    OptionalInt end = OptionalInt.empty();
    boolean isNew = false;
    byte[] signal = new byte[SIGNAL_BYTES];
    while (events[1] != 0 && calls.read(signals, signal) > 0) {
      int number = Bytes.getInt(signal, 0);
      switch (number) {
        case SIGWINCH -> isNew = true;
        case SIGCONT -> {
          enter();
          isNew = true;
        }
        case SIGTSTP -> pause();
        default -> end = OptionalInt.of(number);
      }
    }
    String typed = events[0] == 0 ? "" : typed();
    boolean gone = isGone || (events[0] != 0 && typed.isEmpty());
    return new Wake(
        typed,
        isNew,
        other.isPresent() && events[2] != 0,
        end.isEmpty() && gone ? OptionalInt.of(SIGHUP) : end);
  }

  private String typed() {
    byte[] keys = new byte[KEY_BYTES];
    return Bytes.text(keys, 0, Math.max(0, calls.read(STDIN, keys)));
  }

  /** Gives the terminal to the shell until it lets us go on. */
  private void pause() {
    if (isOrphaned()) {
      return;
    }
    leave();
    int self = calls.pidfdOpen(calls.getPid(), 0);
    // Not SIGTSTP, which is kept from doing anything here.
    calls.pidfdSendSignal(self, SIGSTOP);
    calls.close(self);
    // The SIGCONT that ends it is a signal too, and takes the terminal again.
  }

  /**
   * Whether there is no shell that would let us go on: no parent is in another process group of
   * this session. The kernel does not stop such a group for a Ctrl-Z either (setpgid(2)).
   */
  private boolean isOrphaned() {
    Optional<ProcessStat> own = stat(calls.getPid());
    Optional<ProcessStat> one = own;
    for (int i = 0; i < MOST_PARENTS && one.isPresent(); i++) {
      one = stat(one.get().parent());
      if (one.isEmpty() || one.get().session() != own.orElseThrow().session()) {
        return true;
      }
      if (one.get().group() != own.orElseThrow().group()) {
        return false;
      }
    }
    return true;
  }

  private Optional<ProcessStat> stat(int pid) {
    return ProcessStat.read(host.proc(), pid) instanceof CallResult.Ok<ProcessStat>(var stat)
        ? Optional.of(stat)
        : Optional.empty();
  }

  @Override
  public void close() {
    leave();
    calls.close(signals);
  }
}
