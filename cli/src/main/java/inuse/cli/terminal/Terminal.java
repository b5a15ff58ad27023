package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.POLLERR;
import static inuse.kernel.abi.Constants.POLLHUP;
import static inuse.kernel.abi.Constants.TIOCGWINSZ;

import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Standard output and standard error, and the terminal that they may be. */
public final class Terminal {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int NARROWEST = 40;

  /** The capacity of a pipe: pipe(7). */
  private static final int READ_BYTES = 1 << 16;

  /** The line that stands for a question, where another inuse asks it. */
  public static final String RELAYED_QUESTION = "inuse-remote: ask";

  /** Between two attempts at a full pipe, in nanoseconds, should nothing be said about it. */
  private static final long A_WHILE = 60_000_000_000L;

  private final Host host;
  private final SystemCalls calls;
  private final Environment environment;
  private final LocaleText locale;
  private final int output;
  private Colour colour = Colour.AUTO;
  private boolean lost;
  private Optional<BoundedWriter> bounded = Optional.empty();
  private Optional<Pane> pane = Optional.empty();

  public Terminal(Host host) {
    this(host, STDOUT);
  }

  private Terminal(Host host, int output) {
    this.host = host;
    calls = host.calls();
    environment = Environment.own(host);
    locale = new LocaleText(environment);
    this.output = output;
  }

  /**
   * This terminal with all output on standard error, where standard output belongs to another
   * program.
   */
  public Terminal toErrors() {
    Terminal errors = new Terminal(host, STDERR);
    errors.colour(colour);
    errors.bounded = bounded;
    return errors;
  }

  /** This terminal for a command that runs in a part of it, with all output there. */
  public Terminal in(Pane part) {
    Terminal inside = new Terminal(host, output);
    inside.colour(isColourful() ? Colour.ALWAYS : Colour.NEVER);
    inside.pane = Optional.of(part);
    return inside;
  }

  /**
   * From now on nothing waits for whoever does not read: what keeps a program must not hang because
   * its log is full.
   */
  public void neverWaits() {
    bounded = Optional.of(new BoundedWriter(calls));
  }

  /** Sets when output is coloured. */
  public void colour(Colour when) {
    colour = when;
  }

  /** Writes output for programs, which is UTF-8 in every locale. */
  public void printData(String text) {
    var _ = written(text);
  }

  /** Writes a whole answer; a closed pipe is not an error, a full disk is reported. */
  public void print(String text) {
    var _ = reaches(text);
  }

  /** Writes as {@link #print} does; false where it did not arrive. */
  public boolean reaches(String text) {
    return written(locale.shown(text, width(output)));
  }

  /** Whether some output was lost, other than to a reader that has gone. */
  public boolean hasLost() {
    return lost;
  }

  /** Reads what another program prints into standard input, one char a byte; empty at its end. */
  public String read() {
    byte[] bytes = new byte[READ_BYTES];
    int count = calls.read(STDIN, bytes);
    while (count == -Errno.EAGAIN.code() || count == -Errno.EINTR.code()) {
      var _ = calls.awaitInput(STDIN, A_WHILE);
      count = calls.read(STDIN, bytes);
    }
    return Bytes.text(bytes, 0, Math.max(count, 0));
  }

  /** Time since the machine was started, to measure by. */
  public Duration clock() {
    return Duration.ofNanos(calls.clockNanos(CLOCK_MONOTONIC));
  }

  /** Waits for what another program prints; false where nothing came in that time. */
  public boolean awaitsInput(Duration time) {
    return calls.awaitInput(STDIN, time.toNanos()) > 0;
  }

  /**
   * Waits for what another program prints, or for something to read from that descriptor, or that
   * long; whether the program has printed, or has gone.
   */
  public boolean awaitsInput(Duration time, OptionalInt also) {
    int[] fds = also.isPresent() ? new int[] {STDIN, also.getAsInt()} : new int[] {STDIN};
    int[] events = new int[fds.length];
    var _ = calls.awaitInputs(fds, events, time.toNanos());
    return events[0] != 0;
  }

  /**
   * Waits for something to read from a descriptor, or that long; whether there is something.
   *
   * @param descriptor empty to let the time pass
   */
  public boolean awaits(Duration time, OptionalInt descriptor) {
    int[] fds = descriptor.isPresent() ? new int[] {descriptor.getAsInt()} : new int[0];
    return calls.awaitInputs(fds, new int[fds.length], time.toNanos()) > 0;
  }

  /** Whether somebody still reads what is written, as far as the kernel tells without a write. */
  public boolean isRead() {
    int[] events = new int[1];
    calls.awaitInputs(new int[] {output}, events, 0);
    return (events[0] & (POLLERR | POLLHUP)) == 0;
  }

  /** Writes what another program printed, one char a byte; false where it did not arrive. */
  public boolean passes(String bytes) {
    return written(Bytes.of(bytes));
  }

  /** Writes as {@link #printData} does; false where it did not arrive. */
  public boolean written(String text) {
    if (pane.isPresent()) {
      pane.get().write(text);
      return true;
    }
    return written(Bytes.utf8(text));
  }

  private boolean written(byte[] bytes) {
    Optional<Errno> failure = write(output, bytes);
    if (!lost && failure.filter(errno -> !errno.equals(Errno.EPIPE)).isPresent()) {
      lost = true;
      printError("inuse: standard output: " + failure.get() + "\n");
    }
    return failure.isEmpty();
  }

  /**
   * Writes to standard error; failures are ignored, since there is no other channel to report them.
   */
  public void printError(String text) {
    String shown = locale.shown(text, width(STDERR));
    if (pane.isPresent()) {
      pane.get().write(shown);
    } else {
      var _ = write(STDERR, Bytes.utf8(shown));
    }
  }

  /** Whether questions are asked by another inuse, which is at the other end of our pipes. */
  private boolean isRelayed() {
    return environment("INUSE_RELAY").equals(Optional.of("1"));
  }

  /** Whether a user can be asked. */
  public boolean isInteractive() {
    byte[] size = new byte[8];
    return pane.isPresent()
        || isRelayed()
        || (calls.ioctl(STDIN, TIOCGWINSZ, size) >= 0
            && calls.ioctl(STDERR, TIOCGWINSZ, size) >= 0);
  }

  /** Whether standard error is a terminal, for progress messages. */
  public boolean isWatched() {
    return pane.isPresent() || calls.ioctl(STDERR, TIOCGWINSZ, new byte[8]) >= 0;
  }

  /** Asks on standard error; an answer that begins with y means yes. */
  public boolean confirms(String question) {
    if (pane.isPresent()) {
      return pane.get().confirms(question);
    }
    if (isRelayed()) {
      print(RELAYED_QUESTION + "\n");
    } else {
      printError(question + " [y/N] ");
    }
    byte[] line = new byte[256];
    int count = calls.read(STDIN, line);
    if (count <= 0) {
      printError("\n");
    }
    return count > 0 && (line[0] == 'y' || line[0] == 'Y');
  }

  /** Drops lines that were typed before what is asked next was shown. */
  public void forgetTyped() {
    byte[] line = new byte[256];
    // What is typed in a pane is asked for there.
    boolean typed = pane.isEmpty();
    while (typed) {
      typed = calls.awaitInput(STDIN, 0) > 0 && calls.read(STDIN, line) > 0;
    }
  }

  /**
   * Rows of the terminal at standard output; empty where it is not a terminal, or its size is
   * unknown.
   */
  Optional<Integer> rows() {
    if (pane.isPresent()) {
      // It scrolls, and no pager is needed.
      return Optional.empty();
    }
    byte[] size = new byte[8];
    int rows = calls.ioctl(output, TIOCGWINSZ, size) < 0 ? 0 : Bytes.getShort(size, 0);
    return rows == 0 ? Optional.empty() : Optional.of(rows);
  }

  /** Columns of the terminal at standard output; empty where it is not a terminal. */
  public Optional<Integer> columns() {
    int columns = width(output);
    return columns == 0 ? Optional.empty() : Optional.of(Math.max(columns, NARROWEST));
  }

  /** Columns of the terminal at a descriptor; zero where it is none. */
  private int width(int fd) {
    if (pane.isPresent()) {
      return pane.get().columns();
    }
    byte[] size = new byte[8];
    if (calls.ioctl(fd, TIOCGWINSZ, size) < 0) {
      return 0;
    }
    int columns = Bytes.getShort(size, 2);
    return columns == 0 ? 80 : columns;
  }

  /** Whether colour is wanted: on a terminal, unless NO_COLOR is set or the terminal is dumb. */
  public boolean isColourful() {
    return switch (colour) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> canColour();
    };
  }

  private boolean canColour() {
    return columns().isPresent()
        && environment("NO_COLOR").filter(value -> !value.isEmpty()).isEmpty()
        && !environment("TERM").orElse("dumb").equals("dumb");
  }

  /**
   * Text with other characters than ASCII spelled out where the locale is not UTF-8 (locale(7)).
   */
  public String readable(String text) {
    return locale.readable(text);
  }

  /** Whether the locale has other characters than ASCII. */
  public boolean isUtf8() {
    return locale.isUtf8();
  }

  /** A variable of the environment. */
  public Optional<String> environment(String name) {
    return environment.value(name);
  }

  /** Every variable, one char per byte. */
  public List<String> environment() {
    return environment.variables();
  }

  /** Writes to a program that may stop reading. */
  void writeTo(int fd, String text) {
    var _ = write(fd, Bytes.utf8(text));
  }

  /** Writes all of it, also where whoever shares the pipe has made it O_NONBLOCK. */
  private Optional<Errno> write(int fd, byte[] bytes) {
    if (bounded.isPresent()) {
      return bounded.get().write(fd, bytes);
    }
    int written = 0;
    while (written < bytes.length) {
      int count = calls.write(fd, bytes, written, bytes.length - written);
      if (count == -Errno.EAGAIN.code()) {
        var _ = calls.awaitOutput(fd, A_WHILE);
      } else if (count <= 0) {
        return Optional.of(count == 0 ? Errno.EIO : Errno.of(count));
      } else {
        written += count;
      }
    }
    return Optional.empty();
  }
}
