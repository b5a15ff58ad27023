package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a process runs: its executable, since its name is what it chooses (Node calls its main
 * thread MainThread), and of an interpreter what that interprets.
 *
 * @param name of the executable
 * @param script the script, module, archive or class, without its directory
 */
public record Program(Untrusted name, Optional<Untrusted> script) {
  private static final Set<String> INTERPRETERS =
      Set.of(
          "node",
          "nodejs",
          "bun",
          "deno",
          "java",
          "ruby",
          "perl",
          "php",
          "lua",
          "tclsh",
          "bash",
          "sh",
          "dash",
          "zsh",
          "Rscript",
          "erl",
          "beam.smp",
          "dotnet");

  /** Options whose value is the next argument. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-r",
          "--require",
          "--import",
          "--loader",
          "--experimental-loader",
          "-C",
          "--conditions",
          "-W",
          "-X",
          "-I",
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--add-modules",
          "--add-opens",
          "--add-exports");

  /** Options whose value is what is run. */
  private static final Set<String> RUNS = Set.of("-m", "--module", "-jar", "-S", "-t");

  /** Options whose value is the program's text. */
  private static final Set<String> TEXT = Set.of("-c", "-e", "--eval", "-");

  /** The program of a process. */
  public static Program of(Holder holder) {
    Untrusted name = holder.program();
    return new Program(
        name, isInterpreter(name.bytes()) ? script(holder, name.bytes()) : Optional.empty());
  }

  private static boolean isInterpreter(String name) {
    return INTERPRETERS.contains(name)
        || name.startsWith("python")
        || name.startsWith("pypy")
        || name.startsWith("ruby")
        || name.startsWith("perl")
        || name.startsWith("php");
  }

  private static Optional<Untrusted> script(Holder holder, String name) {
    List<Untrusted> arguments = holder.invocation().shownArguments();
    for (int i = 1; i < arguments.size(); i++) {
      String one = arguments.get(i).bytes();
      if (TEXT.contains(one)) {
        return Optional.empty();
      }
      boolean run =
          RUNS.contains(one) || ((name.equals("deno") || name.equals("bun")) && one.equals("run"));
      if (run) {
        i++;
        return i < arguments.size() ? Optional.of(shown(arguments.get(i), name)) : Optional.empty();
      }
      if (WITH_VALUE.contains(one)) {
        i++;
      } else if (!one.startsWith("-") && !one.isEmpty()) {
        return Optional.of(shown(arguments.get(i), name));
      }
    }
    return Optional.empty();
  }

  /** A class by its own name, and anything else without its directory. */
  private static Untrusted shown(Untrusted argument, String name) {
    Untrusted base = argument.baseName();
    boolean isClass = name.equals("java") && !base.bytes().endsWith(".jar");
    return isClass
        ? new Untrusted(base.bytes().substring(base.bytes().lastIndexOf('.') + 1))
        : base;
  }
}
