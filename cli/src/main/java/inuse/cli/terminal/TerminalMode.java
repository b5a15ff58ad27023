package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.BRKINT;
import static inuse.kernel.abi.Constants.ECHO;
import static inuse.kernel.abi.Constants.ICANON;
import static inuse.kernel.abi.Constants.ICRNL;
import static inuse.kernel.abi.Constants.IEXTEN;
import static inuse.kernel.abi.Constants.INPCK;
import static inuse.kernel.abi.Constants.ISTRIP;
import static inuse.kernel.abi.Constants.IXON;
import static inuse.kernel.abi.Constants.TCGETS;
import static inuse.kernel.abi.Constants.TCSETS;
import static inuse.kernel.abi.Constants.VMIN;
import static inuse.kernel.abi.Constants.VTIME;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** What a terminal does with what is typed: struct termios (ioctl_tty(2), termios(3)). */
final class TerminalMode {
  /** sizeof(struct termios) of the kernel, which is not glibc's. */
  private static final int BYTES = 36;

  private static final int INPUT_AT = 0;
  private static final int LOCAL_AT = 12;
  private static final int CONTROL_AT = 17;

  private final byte[] termios;

  private TerminalMode(byte[] termios) {
    this.termios = termios;
  }

  /** That of a terminal now; empty where the descriptor is none. */
  static Optional<TerminalMode> of(SystemCalls calls, int fd) {
    byte[] termios = new byte[BYTES];
    return calls.ioctl(fd, TCGETS, termios) < 0
        ? Optional.empty()
        : Optional.of(new TerminalMode(termios));
  }

  /**
   * The same, but each key is read at once, as it is and without an echo. Ctrl-C and Ctrl-Z stay
   * signals: whoever waits for something else sees them too.
   */
  TerminalMode raw() {
    byte[] raw = new byte[BYTES];
    System.arraycopy(termios, 0, raw, 0, BYTES);
    clear(raw, INPUT_AT, BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    clear(raw, LOCAL_AT, ECHO | ICANON | IEXTEN);
    raw[CONTROL_AT + VMIN] = 1;
    raw[CONTROL_AT + VTIME] = 0;
    return new TerminalMode(raw);
  }

  private static void clear(byte[] termios, int at, int flags) {
    Bytes.putInt(termios, at, Bytes.getInt(termios, at) & ~flags);
  }

  /** Makes it the terminal's. */
  void apply(SystemCalls calls, int fd) {
    calls.ioctl(fd, TCSETS, termios);
  }
}
