package inuse.core.ask.input;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_PATH;

import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resolves a command line as a shell would start it here and now: the program on the PATH, a
 * script's interpreter from its first line, and the files that arguments name.
 */
final class CommandResolver {
  /** Arguments that are kept; the rest is not compared. */
  private static final int MAX_ARGUMENTS = 256;

  /** Bytes of a first line that the kernel reads (BINPRM_BUF_SIZE, linux/binfmts.h). */
  private static final int FIRST_LINE_BYTES = 256;

  /** Nested interpreters that the kernel follows. */
  private static final int MAX_INTERPRETERS = 4;

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;

  /** The working directory; empty where it is not known, and paths are as written. */
  private final String directory;

  CommandResolver(Host host) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    directory =
        proc.link("/proc/self/cwd") instanceof CallResult.Ok<String>(String path) ? path : "";
  }

  /** The resolved command; empty where the program cannot be found. */
  Optional<IntendedCommand> read(List<String> words) {
    return words.isEmpty() ? Optional.empty() : find(words, 0, place(words));
  }

  /**
   * The directory, unless an argument names a file: a script that is named by its place is one,
   * what is found on the PATH is the same in every directory.
   */
  private Optional<Untrusted> place(List<String> words) {
    boolean script =
        words.getFirst().indexOf('/') >= 0 && !interpreter(absolute(words.getFirst())).isEmpty();
    boolean named =
        script || words.subList(1, words.size()).stream().anyMatch(word -> file(word).isPresent());
    return named ? Optional.empty() : Optional.of(new Untrusted(directory));
  }

  private Optional<IntendedCommand> find(List<String> words, int depth, Optional<Untrusted> place) {
    Optional<String> program = program(words.getFirst());
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<String> behind = words.subList(1, words.size());
    List<String> interpreter = depth < MAX_INTERPRETERS ? interpreter(program.get()) : List.of();
    if (!interpreter.isEmpty()) {
      List<String> whole = new ArrayList<>(interpreter);
      whole.add(program.get());
      whole.addAll(behind);
      // env(1) looks up its first argument itself, and then replaces itself.
      boolean env = interpreter.size() > 1 && interpreter.getFirst().endsWith("/env");
      return find(env ? whole.subList(1, whole.size()) : whole, depth + 1, place);
    }
    List<IntendedCommand.Argument> arguments = new ArrayList<>();
    for (String word : behind.subList(0, Math.min(behind.size(), MAX_ARGUMENTS))) {
      arguments.add(new IntendedCommand.Argument(new Untrusted(word), file(word)));
    }
    return canonical(program.get())
        .map(path -> new IntendedCommand(new Untrusted(path), arguments, place));
  }

  /** The path of a program: as written where it has a slash, else from the PATH. */
  private Optional<String> program(String name) {
    if (name.indexOf('/') >= 0) {
      return Optional.of(absolute(name)).filter(path -> canonical(path).isPresent());
    }
    for (String place : Fields.split(path(), ':')) {
      String candidate = absolute(place.isEmpty() ? name : place + "/" + name);
      if (canonical(candidate).isPresent()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private String path() {
    return Environment.own(host).value("PATH").orElse(DEFAULT_PATH);
  }

  /** The interpreter in a script's first line, and at most one argument for it. */
  private List<String> interpreter(String path) {
    int fd = proc.openFile(path);
    if (fd < 0) {
      return List.of();
    }
    try {
      byte[] bytes = new byte[FIRST_LINE_BYTES];
      int count = calls.read(fd, bytes);
      String line = count > 0 ? Bytes.text(bytes, 0, count) : "";
      int end = line.indexOf('\n');
      if (!line.startsWith("#!") || end < 0) {
        return List.of();
      }
      String rest = line.substring(2, end).trim();
      int blank = rest.indexOf(' ');
      if (rest.isEmpty()) {
        return List.of();
      }
      return blank < 0
          ? List.of(rest)
          : List.of(rest.substring(0, blank), rest.substring(blank).trim());
    } finally {
      calls.close(fd);
    }
  }

  private Optional<IntendedCommand.File> file(String word) {
    if (word.isEmpty() || word.startsWith("-")) {
      return Optional.empty();
    }
    String path = absolute(word);
    return canonical(path)
        .map(canonical -> new IntendedCommand.File(new Untrusted(path), new Untrusted(canonical)));
  }

  private String absolute(String path) {
    return path.startsWith("/") || directory.isEmpty() ? path : directory + "/" + path;
  }

  /**
   * The path without symbolic links, as the kernel resolves it; empty where nothing is there, and
   * as written where no /proc tells.
   */
  private Optional<String> canonical(String path) {
    int fd = calls.open(AT_FDCWD, Bytes.of(path), O_PATH | O_CLOEXEC);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      return proc.link("/proc/self/fd/" + fd) instanceof CallResult.Ok<String>(String target)
          ? Optional.of(target)
          : Optional.of(path);
    } finally {
      calls.close(fd);
    }
  }

  /** Splits at blanks outside quotes, as a shell does; nothing is expanded. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean started = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean blank = c == ' ' || c == '\t' || c == '\n';
      if (quote == 0 && blank) {
        if (started) {
          words.add(word.toString());
        }
        word = new StringBuilder();
        started = false;
        continue;
      }
      started = true;
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else {
        word.append(c);
      }
    }
    if (started) {
      words.add(word.toString());
    }
    return words;
  }
}
