package inuse.core.io;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The environment that a process was started with, read when needed, one char per byte. */
public final class Environment {
  /**
   * What of its environment a process believes that has more rights than whoever gave it: how to
   * write, and nothing that leads anywhere.
   */
  private static final List<String> HARMLESS =
      List.of("TERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE");

  private final Supplier<String> source;
  private final BooleanSupplier isCareful;
  private Optional<String> text = Optional.empty();

  private Environment(Supplier<String> source, BooleanSupplier isCareful) {
    this.source = source;
    this.isCareful = isCareful;
  }

  /** The environment of a process, from proc_pid_environ(5) at that path. */
  public static Environment of(Proc proc, String path) {
    return new Environment(() -> file(proc, path), () -> false);
  }

  /**
   * This process's own, which does not take /proc where the kernel handed it to us. As long as the
   * process has capabilities of its file it believes next to nothing of it.
   */
  public static Environment own(Host host) {
    return new Environment(
        () ->
            host.calls()
                .environment()
                .map(bytes -> Bytes.text(bytes, 0, bytes.length))
                .orElseGet(() -> file(host.proc(), "/proc/self/environ")),
        () -> FileCapabilities.areHeld(host.calls()));
  }

  private static String file(Proc proc, String path) {
    return switch (proc.text(path)) {
      case CallResult.Ok<String>(String variables) -> variables;
      case CallResult.Failed<String> failed -> "";
    };
  }

  private String text() {
    if (text.isEmpty()) {
      text = Optional.of("\0" + source.get());
    }
    return text.get();
  }

  /** The value of a variable; empty where it is not set, may not be read, or is not believed. */
  public Optional<String> value(String name) {
    if (!HARMLESS.contains(name) && isCareful.getAsBoolean()) {
      return Optional.empty();
    }
    String variable = "\0" + name + "=";
    int at = text().indexOf(variable);
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + variable.length();
    int end = text().indexOf('\0', from);
    return Optional.of(text().substring(from, end < 0 ? text().length() : end));
  }

  /**
   * Every variable, as NAME=value, to be handed on to a program, which has none of our
   * capabilities; none where they may not be read.
   */
  public List<String> variables() {
    return Stream.of(Fields.split(text(), '\0')).filter(one -> !one.isEmpty()).toList();
  }
}
