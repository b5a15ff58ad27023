package inuse.cli.line;

import inuse.core.evidence.Port;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.fix.FreeOptions;
import inuse.core.io.Host;
import inuse.kernel.proc.Numeral;
import inuse.run.Restart;
import inuse.run.handover.Readiness;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the values of options; the first that makes no sense is kept. */
public final class OptionValues {
  /** A year: whoever waits longer waits for ever. */
  private static final long MAX_MILLIS = 365L * 24 * 3600 * 1000;

  private final Arguments.Given given;
  private Optional<String> problem = Optional.empty();

  public OptionValues(Arguments.Given given) {
    this.given = given;
  }

  /** What made no sense, if anything did. */
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
    Optional<Duration> time = duration(text.get());
    if (time.isEmpty()) {
      wrong("'" + text.get() + "' of " + option.word() + " is no time, such as 500ms, 10s or 2m");
    }
    return time;
  }

  private static Optional<Duration> duration(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    OptionalLong number = Numeral.decimal(text.substring(0, digits));
    long unit =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "", "s" -> 1000;
          case "m", "min" -> 60_000;
          case "h" -> 3_600_000;
          default -> 0;
        };
    if (number.isEmpty() || unit == 0 || number.getAsLong() > MAX_MILLIS / unit) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(number.getAsLong() * unit));
  }

  /** A number from 1 to that. */
  public Optional<Integer> number(Option option, int most) {
    Optional<String> text = given.value(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong number = Numeral.decimal(text.get());
    if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > most) {
      wrong("'" + text.get() + "' of " + option.word() + " is not 1 to " + most);
      return Optional.empty();
    }
    return Optional.of((int) number.getAsLong());
  }

  private Optional<Signal> signal() {
    Optional<String> text = given.value(Option.SIGNAL);
    if (text.isEmpty()) {
      return Optional.of(FreeOptions.DEFAULT.signal());
    }
    Optional<Signal> signal = Signal.parse(text.get());
    if (signal.isEmpty()) {
      wrong("'" + text.get() + "' is no signal, such as TERM, INT or 15");
    }
    return signal;
  }

  /** Whether a program is started again. */
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

  /** When a program is ready. */
  public Readiness readiness() {
    Optional<Integer> port = number(Option.READY_PORT, Port.MAX);
    return new Readiness(
        port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty(),
        time(Option.READY_AFTER));
  }

  /** Whoever starts a program has no time to watch: the program's own bind is the proof. */
  private Duration settle() {
    return given.has(Option.PORT) || given.has(Option.LISTEN)
        ? Duration.ZERO
        : time(Option.SETTLE).orElse(FreeOptions.DEFAULT.settle());
  }

  /** What the options of {@code inuse free} allow. */
  public FreeOptions limits(Host host) {
    return new FreeOptions(
        time(Option.GRACE).orElse(FreeOptions.DEFAULT.grace()),
        signal().orElse(FreeOptions.DEFAULT.signal()),
        !given.has(Option.NO_KILL),
        given.has(Option.DESTROY),
        number(Option.MAX, Integer.MAX_VALUE).orElse(FreeOptions.DEFAULT.maxProcesses()),
        given.has(Option.ONLY_MINE),
        given.value(Option.ON_CONFLICT).equals(Optional.of(Policy.REPLACE.word())),
        given.value(Option.UNDER).map(directory -> absolute(directory, host)),
        given.value(Option.COMMAND).map(ErrorReporter::latin1),
        settle(),
        time(Option.TIMEOUT));
  }

  private Untrusted absolute(String directory, Host host) {
    Optional<String> path = host.canonical(directory);
    if (path.isEmpty()) {
      wrong("'" + directory + "' of " + Option.UNDER.word() + " is no directory");
    }
    return ErrorReporter.latin1(path.orElse("/"));
  }
}
