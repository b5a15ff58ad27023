package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in docs/languages that binds port 8080, prints {@code bound} and ends, with the
 * commands to build and run it with the real toolchain.
 */
enum Snippet {
  C("c/bind.c", "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);", "(void)on;"),
  CPP("cpp/bind.cpp", "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);", "(void)on;"),
  PYTHON("python/bind.py", "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)", ""),
  JAVA("java/Bind.java", "setReuseAddress(true)", "setReuseAddress(false)"),
  KOTLIN("kotlin/Bind.kt", "reuseAddress = true", "reuseAddress = false"),
  RUBY("ruby/bind.rb", "server.setsockopt(:SOCKET, :REUSEADDR, true)", ""),
  PHP("php/bind.php", "socket_set_option($server, SOL_SOCKET, SO_REUSEADDR, 1);", ""),
  ERLANG("erlang/bind.escript", ", {reuseaddr, true}", ""),
  ELIXIR("elixir/bind.exs", ", reuseaddr: true", ""),
  /** Its runtime clears the option in this way; .NET's own does not. */
  DOTNET_ON_MONO(
      "dotnet/Bind.cs",
      "listener.Start();",
      "listener.ExclusiveAddressUse = true; listener.Start();"),
  GO("go/bind.go", "", ""),
  NODE("node/bind.js", "", ""),
  RUST("rust/bind.rs", "", "");

  private static final Path LANGUAGES =
      Path.of("..", "docs", "languages").toAbsolutePath().normalize();

  private static final String KOTLIN_COMPILER =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>inuse</groupId>
        <artifactId>kotlin-compiler</artifactId>
        <version>1</version>
        <dependencies>
          <dependency>
            <groupId>org.jetbrains.kotlin</groupId>
            <artifactId>kotlin-compiler-embeddable</artifactId>
            <version>2.2.20</version>
          </dependency>
        </dependencies>
      </project>
      """;

  private final String file;
  private final String option;
  private final String instead;

  Snippet(String file, String option, String instead) {
    this.file = file;
    this.option = option;
    this.instead = instead;
  }

  /** A file below docs/languages. */
  static Path file(String name) {
    return LANGUAGES.resolve(name);
  }

  /** All that a test runs, with those that are no program of their own. */
  static List<String> directories() {
    List<String> names = new ArrayList<>(List.of("nginx", "haproxy", "systemd"));
    for (Snippet snippet : values()) {
      names.add(snippet.file.substring(0, snippet.file.indexOf('/')));
    }
    return names;
  }

  /** What {@code inuse explain --lang} prints of that text: between the two marks. */
  static List<String> printed(String text) {
    List<String> lines = text.lines().toList();
    List<Integer> marks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("[snippet]") || lines.get(i).contains("[end]")) {
        marks.add(i);
      }
    }
    assertThat(marks).as("marks in %s", text).hasSize(2);
    return lines.subList(marks.getFirst() + 1, marks.getLast());
  }

  /** The program as it stands in the tree. */
  String text() {
    return read(file(file));
  }

  /** Can the option be left out, or does the runtime always set it? */
  boolean setsItItself() {
    return option.isEmpty();
  }

  /** The same program with nothing but the option taken off. */
  String textWithout() {
    String text = text();
    String printed = String.join("\n", printed(text));
    assertThat(printed).as("%s", file).containsOnlyOnce(option);
    return text.replace(option, instead);
  }

  /** Builds the program in this directory; the command that runs it. */
  List<String> command(String text, Path directory) {
    Path name = requireNonNull(file(file).getFileName());
    Path source = directory.resolve(name);
    write(source, text);
    String from = source.toString();
    String program = directory.resolve("program").toString();
    return switch (this) {
      case C -> built(program, "gcc", "-Wall", "-Wextra", "-Werror", "-o", program, from);
      case CPP -> built(program, "g++", "-Wall", "-Wextra", "-Werror", "-o", program, from);
      case RUST -> built(program, "rustc", "-Dwarnings", "-o", program, from);
      case GO -> {
        Lab.requireProgram("go");
        String cache = "GOCACHE=" + directory.resolve("cache");
        yield built(program, "env", cache, "GO111MODULE=off", "go", "build", "-o", program, from);
      }
      case PYTHON -> List.of(Programs.python(), from);
      case NODE -> List.of(Lab.requireProgram("node"), from);
      case RUBY -> List.of(Lab.requireProgram("ruby"), from);
      case PHP -> List.of(Lab.requireProgram("php"), from);
      case ERLANG -> List.of(Lab.requireProgram("escript"), from);
      case ELIXIR -> List.of(Lab.requireProgram("elixir"), from);
      case JAVA -> List.of(Programs.JAVA.toString(), from);
      case KOTLIN -> kotlin(directory, from);
      case DOTNET_ON_MONO -> {
        String mono = Lab.requireProgram("mono");
        build("mcs", "-warnaserror", "-out:" + program, from);
        yield List.of(mono, program);
      }
    };
  }

  private static List<String> built(String program, String... compiler) {
    build(compiler);
    return List.of(program);
  }

  private static void build(String... compiler) {
    if (!Files.isExecutable(Path.of(compiler[0]))) {
      Lab.requireProgram(compiler[0]);
    }
    Output output = Output.of(List.of(compiler));
    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  /** The compiler comes from where the libraries of this build come from. */
  private static List<String> kotlin(Path directory, String source) {
    Lab.requireProgram("mvn");
    write(directory.resolve("pom.xml"), KOTLIN_COMPILER);
    Path jars = directory.resolve("jars");
    List<String> maven =
        Registry.maven(
            "--file=" + directory.resolve("pom.xml"),
            "dependency:build-classpath",
            "-Dmdep.outputFile=" + jars);
    Registry.fetched("Kotlin's compiler", Output.of(maven));
    String path = read(jars).strip();
    String java = Programs.JAVA.toString();
    String compiler = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler";
    String library =
        List.of(path.split(":", -1)).stream()
            .filter(jar -> jar.contains("kotlin-stdlib"))
            .findFirst()
            .orElseThrow();
    String classes = directory.resolve("classes").toString();
    build(
        java,
        "-cp",
        path,
        compiler,
        "-Werror",
        "-no-reflect",
        "-no-stdlib",
        "-cp",
        library,
        "-d",
        classes,
        source);
    return List.of(java, "-cp", classes + ":" + library, "BindKt");
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path path, String text) {
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
