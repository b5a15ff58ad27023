package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.TIOCGWINSZ;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Standard output and standard error, and the terminal that they may be. */
public final class Terminal {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int NARROWEST = 40;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final int output;
  private Colour colour = Colour.AUTO;
  private Optional<BoundedWriter> bounded = Optional.empty();

  public Terminal(Host host) {
    this(host, STDOUT);
  }

  private Terminal(Host host, int output) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
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
    var _ = told(write(output, text));
  }

  /** Writes a whole answer; a closed pipe is not an error, a full disk is reported. */
  public void print(String text) {
    var _ = reaches(text);
  }

  /** Writes as {@link #print} does; false where the pipe has no reader. */
  public boolean reaches(String text) {
    return told(write(output, readable(text)));
  }

  private boolean told(Optional<Errno> failure) {
    failure
        .filter(errno -> !errno.equals(Errno.EPIPE))
        .ifPresent(errno -> printError("inuse: standard output: " + errno + "\n"));
    return failure.filter(Errno.EPIPE::equals).isEmpty();
  }

  /**
   * Writes to standard error; failures are ignored, since there is no other channel to report them.
   */
  public void printError(String text) {
    var _ = write(STDERR, readable(text));
  }

  /** Whether a user at a terminal can be asked. */
  public boolean isInteractive() {
    byte[] size = new byte[8];
    return calls.ioctl(STDIN, TIOCGWINSZ, size) >= 0 && calls.ioctl(STDERR, TIOCGWINSZ, size) >= 0;
  }

  /** Whether standard error is a terminal, for progress messages. */
  public boolean isWatched() {
    return calls.ioctl(STDERR, TIOCGWINSZ, new byte[8]) >= 0;
  }

  /** Asks on standard error; an answer that begins with y means yes. */
  public boolean confirms(String question) {
    printError(question + " [y/N] ");
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
    boolean typed = true;
    while (typed) {
      typed = calls.awaitInput(STDIN, 0) > 0 && calls.read(STDIN, line) > 0;
    }
  }

  /**
   * Rows of the terminal at standard output; empty where it is not a terminal, or its size is
   * unknown.
   */
  Optional<Integer> rows() {
    byte[] size = new byte[8];
    int rows = calls.ioctl(output, TIOCGWINSZ, size) < 0 ? 0 : Bytes.getShort(size, 0);
    return rows == 0 ? Optional.empty() : Optional.of(rows);
  }

  /** Columns of the terminal at standard output; empty where it is not a terminal. */
  public Optional<Integer> columns() {
    byte[] size = new byte[8];
    if (calls.ioctl(output, TIOCGWINSZ, size) < 0) {
      return Optional.empty();
    }
    int columns = Bytes.getShort(size, 2);
    return Optional.of(columns == 0 ? 80 : Math.max(columns, NARROWEST));
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
  private String readable(String text) {
    if (text.chars().allMatch(one -> one < 0x80) || isUtf8()) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(one -> {
          if (one < 0x80) {
            out.append((char) one);
          } else {
            out.append("\\u{").append(Integer.toHexString(one)).append('}');
          }
        });
    return out.toString();
  }

  private boolean isUtf8() {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      Optional<String> value = environment(name).filter(one -> !one.isEmpty());
      if (value.isPresent()) {
        String locale = value.get().replace("-", "");
        return locale.contains("UTF8") || locale.contains("utf8");
      }
    }
    return false;
  }

  /** A variable of the environment. */
  public Optional<String> environment(String name) {
    return environment().stream()
        .filter(variable -> variable.startsWith(name + "="))
        .map(variable -> variable.substring(name.length() + 1))
        .findFirst();
  }

  /** Every variable, one char per byte. */
  public List<String> environment() {
    List<String> variables = new ArrayList<>();
    if (proc.text("/proc/self/environ") instanceof CallResult.Ok<String>(String text)) {
      int from = 0;
      while (from < text.length()) {
        int end = text.indexOf('\0', from);
        variables.add(text.substring(from, end < 0 ? text.length() : end));
        from = end < 0 ? text.length() : end + 1;
      }
    }
    return variables;
  }

  /** Writes to a program that may stop reading. */
  void writeTo(int fd, String text) {
    var _ = write(fd, text);
  }

  private Optional<Errno> write(int fd, String text) {
    byte[] bytes = Bytes.utf8(text);
    if (bounded.isPresent()) {
      return bounded.get().write(fd, bytes);
    }
    int written = 0;
    while (written < bytes.length) {
      int count = calls.write(fd, bytes, written, bytes.length - written);
      if (count <= 0) {
        return count == 0 ? Optional.empty() : Optional.of(Errno.of(count));
      }
      written += count;
    }
    return Optional.empty();
  }
}
