package inuse.cli.line;

import inuse.core.ask.input.DurationWord;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.fix.FreeOptions;
import inuse.core.io.Host;
import inuse.core.io.ProcessIdentities;
import inuse.run.Restart;
import inuse.run.handover.Readiness;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Parses the values of options; keeps the first problem. */
public final class OptionValues {
  /** Of a number: more than any of the limits has. */
  private static final int MAX_DIGITS = 18;

  private final Arguments.Given given;
  private Optional<String> problem = Optional.empty();

  public OptionValues(Arguments.Given given) {
    this.given = given;
  }

  /** The first invalid value, if any. */
  public Optional<String> problem() {
    return problem;
  }

  private void wrong(String what) {
    problem = problem.or(() -> Optional.of(what));
  }

  /** A time, as {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, or seconds. */
  public Optional<Duration> time(Option option) {
    Optional<String> text = given.value(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> time = DurationWord.parse(text.get());
    if (time.isEmpty()) {
      wrong("'" + text.get() + "' of " + option.word() + " is not a time such as 500ms, 10s or 2m");
    }
    return time;
  }

  /** A decimal number; nothing where the text is anything else, or has more digits than a limit. */
  private static OptionalLong decimal(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(one -> one >= '0' && one <= '9');
    return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** A number from 1 to {@code most}. */
  public Optional<Integer> number(Option option, int most) {
    Optional<String> text = given.value(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong number = decimal(text.get());
    if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > most) {
      wrong("'" + text.get() + "' of " + option.word() + " is not 1 to " + most);
      return Optional.empty();
    }
    return Optional.of((int) number.getAsLong());
  }

  /** Bytes, as {@code 512M}, {@code 2G}, or a number of them; at least {@code least}. */
  public Optional<Long> size(Option option, long least) {
    Optional<String> text = given.value(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String digits = text.get();
    int shift =
        digits.endsWith("K") ? 10 : digits.endsWith("M") ? 20 : digits.endsWith("G") ? 30 : 0;
    OptionalLong number = decimal(shift == 0 ? digits : digits.substring(0, digits.length() - 1));
    if (number.isEmpty()
        || number.getAsLong() > Long.MAX_VALUE >> shift
        || number.getAsLong() << shift < least) {
      wrong(
          "'"
              + text.get()
              + "' of "
              + option.word()
              + " is not a size such as 64M or 2G, at least "
              + (least >> 20)
              + "M");
      return Optional.empty();
    }
    return Optional.of(number.getAsLong() << shift);
  }

  private Optional<Signal> signal() {
    Optional<String> text = given.value(Option.SIGNAL);
    if (text.isEmpty()) {
      return Optional.of(FreeOptions.DEFAULT.signal());
    }
    Optional<Signal> signal = Signal.parse(text.get());
    if (signal.isEmpty()) {
      wrong("'" + text.get() + "' is not a signal such as TERM, INT or 15");
    }
    return signal;
  }

  /** The value of --restart. */
  public Restart restart() {
    return switch (given.value(Option.RESTART).orElse("")) {
      case "" -> Restart.NEVER;
      case "on-failure" -> Restart.ON_FAILURE;
      case "always" -> Restart.ALWAYS;
      case String word -> {
        wrong("'" + word + "' of --restart is neither on-failure nor always");
        yield Restart.NEVER;
      }
    };
  }

  /** The options that say when a program is ready. */
  public Readiness readiness() {
    Optional<Integer> port = number(Option.READY_PORT, Port.MAX);
    return new Readiness(
        port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty(),
        time(Option.READY_AFTER));
  }

  /** No watching by default where a program is to be started: its own bind is the proof. */
  private Duration settle() {
    return given.has(Option.PORT) || given.has(Option.LISTEN)
        ? Duration.ZERO
        : time(Option.SETTLE).orElse(FreeOptions.DEFAULT.settle());
  }

  /** The options of {@code inuse free}. */
  public FreeOptions limits(Host host) {
    return new FreeOptions(
        time(Option.GRACE).orElse(FreeOptions.DEFAULT.grace()),
        signal().orElse(FreeOptions.DEFAULT.signal()),
        !given.has(Option.NO_KILL),
        given.has(Option.DESTROY),
        number(Option.MAX, Integer.MAX_VALUE),
        given.has(Option.ONLY_MINE),
        given.value(Option.ON_CONFLICT).equals(Optional.of(Policy.REPLACE.word())),
        !given.has(Option.YES),
        given.value(Option.UNDER).flatMap(path -> directory(path, host)),
        given.value(Option.COMMAND).map(ErrorReporter::latin1),
        Optional.empty(),
        number(Option.WITH, Integer.MAX_VALUE).flatMap(pid -> process(pid, host)),
        settle(),
        time(Option.TIMEOUT));
  }

  private Optional<ProcessIdentity> process(int pid, Host host) {
    Optional<ProcessIdentity> process = new ProcessIdentities(host).of(new Pid(pid));
    if (process.isEmpty()) {
      wrong("'" + pid + "' of " + Option.WITH.word() + " is not a process");
    }
    return process;
  }

  private Optional<Directory> directory(String path, Host host) {
    Optional<Directory> directory = host.directory(path);
    if (directory.isEmpty()) {
      wrong("'" + path + "' of " + Option.UNDER.word() + " is not a directory");
    }
    return directory;
  }
}
