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

/** Standard output and standard error, and what is known of the terminal behind them. */
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

  public Terminal(Host host) {
    this(host, STDOUT);
  }

  private Terminal(Host host, int output) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    this.output = output;
  }

  /** The same, where standard output is another program's. */
  public Terminal toErrors() {
    Terminal errors = new Terminal(host, STDERR);
    errors.colour(colour);
    return errors;
  }

  /** When there is to be colour. */
  public void colour(Colour when) {
    colour = when;
  }

  /** Writes what programs read, which is UTF-8 whatever people read. */
  public void printData(String text) {
    var _ = told(write(output, text));
  }

  /** Writes a whole answer; a reader that has gone away is no error, a full disk is told. */
  public void print(String text) {
    var _ = reaches(text);
  }

  /** Writes as {@link #print} does, and tells whether anybody reads. */
  public boolean reaches(String text) {
    return told(write(output, readable(text)));
  }

  private boolean told(Optional<Errno> failure) {
    failure
        .filter(errno -> !errno.equals(Errno.EPIPE))
        .ifPresent(errno -> printError("inuse: standard output: " + errno + "\n"));
    return failure.filter(Errno.EPIPE::equals).isEmpty();
  }

  /** Writes to standard error; nobody is left to tell when that fails. */
  public void printError(String text) {
    var _ = write(STDERR, readable(text));
  }

  /** Whether somebody sits there who can be asked. */
  public boolean isInteractive() {
    byte[] size = new byte[8];
    return calls.ioctl(STDIN, TIOCGWINSZ, size) >= 0 && calls.ioctl(STDERR, TIOCGWINSZ, size) >= 0;
  }

  /** Whether standard error is a terminal, for what is only worth a glance. */
  public boolean isWatched() {
    return calls.ioctl(STDERR, TIOCGWINSZ, new byte[8]) >= 0;
  }

  /** Asks on standard error; yes is what begins with a y. */
  public boolean confirms(String question) {
    printError(question + " [y/N] ");
    byte[] line = new byte[256];
    int count = calls.read(STDIN, line);
    if (count <= 0) {
      printError("\n");
    }
    return count > 0 && (line[0] == 'y' || line[0] == 'Y');
  }

  /** Rows of the terminal at standard output; nothing where that is none, or does not tell. */
  Optional<Integer> rows() {
    byte[] size = new byte[8];
    int rows = calls.ioctl(output, TIOCGWINSZ, size) < 0 ? 0 : Bytes.getShort(size, 0);
    return rows == 0 ? Optional.empty() : Optional.of(rows);
  }

  /** Columns of the terminal at standard output; nothing where that is none. */
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

  /** What is not ASCII is spelled out where the locale has no UTF-8 (locale(7)). */
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

  /** Every variable, one char for each byte. */
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

  /** Writes to a program that may read no further. */
  void writeTo(int fd, String text) {
    var _ = write(fd, text);
  }

  private Optional<Errno> write(int fd, String text) {
    byte[] bytes = Bytes.utf8(text);
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
