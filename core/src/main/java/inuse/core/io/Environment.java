package inuse.core.io;

import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import java.util.Optional;

/** The environment that a process was started with, from proc_pid_environ(5), read when needed. */
public final class Environment {
  private final Proc proc;
  private final String path;
  private Optional<String> text = Optional.empty();

  public Environment(Proc proc, String path) {
    this.proc = proc;
    this.path = path;
  }

  /** The value of a variable; empty where it is not set or may not be read. */
  public Optional<String> value(String name) {
    if (text.isEmpty()) {
      text =
          Optional.of(
              switch (proc.text(path)) {
                case CallResult.Ok<String>(String variables) -> "\0" + variables;
                case CallResult.Failed<String> failed -> "";
              });
    }
    String variable = "\0" + name + "=";
    int at = text.get().indexOf(variable);
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + variable.length();
    int end = text.get().indexOf('\0', from);
    return Optional.of(text.get().substring(from, end < 0 ? text.get().length() : end));
  }
}
