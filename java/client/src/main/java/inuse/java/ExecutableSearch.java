package inuse.java;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the executable, in the order that {@link Inuse} says. */
final class ExecutableSearch {
  /** The system property that names it. */
  static final String PROPERTY = "inuse.executable";

  /** The variable of the environment that names it. */
  static final String VARIABLE = "INUSE";

  /** What it is called on the PATH. */
  static final String NAME = "inuse";

  private static final Pattern COLON = Pattern.compile(":");

  private final Surroundings surroundings;
  private final List<String> said = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  ExecutableSearch(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * What was found.
   *
   * @param file the executable
   * @param byName whether a shell finds it too
   * @param said places where it could not be had, each with why
   * @param refused those of them where something is that must not be used
   */
  record Found(Path file, boolean byName, List<String> said, List<String> refused) {}

  /**
   * The executable.
   *
   * @throws InuseException if there is none
   */
  Found find() throws InuseException {
    Optional<String> property = surroundings.property(PROPERTY);
    if (property.isPresent()) {
      return named(property.get(), "the system property " + PROPERTY);
    }
    Optional<String> variable = surroundings.variable(VARIABLE);
    if (variable.isPresent()) {
      return named(variable.get(), "the environment variable " + VARIABLE);
    }
    Optional<Path> onPath = onPath();
    if (onPath.isPresent()) {
      return new Found(onPath.get(), true, List.of(), List.of());
    }
    return bundled();
  }

  /** What the user chose is not replaced by something else. */
  private static Found named(String value, String by) throws InuseException {
    String wrong = value + ", named by " + by;
    try {
      Path file = Path.of(value);
      if (!file.isAbsolute()) {
        throw new InuseException(wrong + ": not an absolute path");
      }
      if (!isProgram(file)) {
        throw new InuseException(wrong + ": not a file that can be run");
      }
      return new Found(file, false, List.of(), List.of());
    } catch (InvalidPathException e) {
      throw new InuseException(wrong + ": " + e.getMessage(), e);
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** Directories that depend on the current one are left out: it may be anyone's. */
  private Optional<Path> onPath() {
    for (String directory : COLON.split(surroundings.variable("PATH").orElse(""), -1)) {
      try {
        Path file = Path.of(directory).resolve(NAME);
        if (file.isAbsolute() && isProgram(file)) {
          return Optional.of(file);
        }
      } catch (InvalidPathException e) {
        said.add("PATH: " + e.getMessage());
      }
    }
    said.add("there is no " + NAME + " in the directories of PATH");
    return Optional.empty();
  }

  private Found bundled() throws InuseException {
    if (!surroundings.isLinux()) {
      throw none("this is " + surroundings.property("os.name").orElse("unknown") + ", not Linux");
    }
    String machine = surroundings.property("os.arch").orElse("unknown");
    Optional<Bundle> bundle;
    try {
      bundle = Bundle.of(machine.equals("amd64") ? "x86_64" : machine);
    } catch (IOException e) {
      throw none(reason(e));
    }
    if (bundle.isEmpty()) {
      throw none("the jar has none for " + machine);
    }
    Optional<Path> file = unpacked(bundle.get());
    if (file.isEmpty()) {
      throw none("it could not be unpacked");
    }
    return new Found(file.get(), false, List.copyOf(said), List.copyOf(refused));
  }

  private Optional<Path> unpacked(Bundle bundle) {
    if (surroundings.uid().isEmpty()) {
      said.add("/proc/self/status does not say who the user is");
      return Optional.empty();
    }
    int uid = surroundings.uid().get();
    for (Optional<Path> place : List.of(cache(), temporary(uid))) {
      if (place.isPresent()) {
        try {
          return Optional.of(new PrivateDirectory(place.get(), uid).executable(bundle));
        } catch (PrivateDirectory.Refused e) {
          refused.add(e.getMessage());
        } catch (IOException e) {
          said.add(place.get() + ": " + reason(e));
        }
      }
    }
    return Optional.empty();
  }

  /** That of XDG_CACHE_HOME or else ~/.cache, which is made where there is a home. */
  private Optional<Path> cache() {
    Optional<Path> home =
        surroundings
            .variable("HOME")
            .or(() -> surroundings.property("user.home"))
            .flatMap(this::path);
    Optional<Path> above =
        surroundings
            .variable("XDG_CACHE_HOME")
            .flatMap(this::path)
            .or(() -> home.map(one -> one.resolve(".cache")));
    return above.flatMap(one -> real(one, true)).map(one -> one.resolve(NAME));
  }

  private Optional<Path> temporary(int uid) {
    return surroundings
        .property("java.io.tmpdir")
        .flatMap(this::path)
        .flatMap(one -> real(one, false))
        .map(one -> one.resolve(NAME + "-" + Integer.toUnsignedString(uid)));
  }

  private Optional<Path> path(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
      said.add(text + ": not an absolute path");
    } catch (InvalidPathException e) {
      said.add(e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<Path> real(Path directory, boolean make) {
    try {
      if (make && !Files.isDirectory(directory)) {
        PrivateDirectory.make(directory);
      }
      return Optional.of(directory.toRealPath());
    } catch (IOException e) {
      said.add(directory + ": " + reason(e));
      return Optional.empty();
    }
  }

  /** Exceptions of files have the path as message, and what is wrong elsewhere. */
  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException failure
        ? String.valueOf(failure.getReason())
        : String.valueOf(e.getMessage());
  }

  private InuseException none(String last) {
    said.addAll(refused);
    said.add(last);
    return new InuseException("there is no inuse executable: " + String.join("; ", said));
  }
}
