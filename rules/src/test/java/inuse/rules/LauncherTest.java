package inuse.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./inuse} in a tree of its own, with a Maven that only pretends to build. */
class LauncherTest {
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> READ_ONLY =
      PosixFilePermissions.fromString("r-xr-xr-x");
  private static final int NOBODY = 65534;

  /** Builds an executable that shows its arguments. */
  private static final String BUILDS =
      """
      echo "[INFO] Building inuse kernel 0.1.0       [2/5]"
      mkdir -p native/target
      cat >native/target/inuse <<'END'
      #!/bin/sh
      printf '<%s>' "$@"
      END
      chmod +x native/target/inuse
      """;

  private static final String NEEDED =
      "mvn gcc as ld flock sh find id mkdir mktemp rm cat sed grep head tail touch sleep chmod"
          + " tar gzip mv uname apt-get";

  /** What the executable is made of: every module up to it, but the other way to run. */
  private static final List<String> MODULES = modules();

  private static List<String> modules() {
    Matcher module =
        Pattern.compile("<module>(\\w+)</module>")
            .matcher(Checkout.text(Checkout.root().resolve("pom.xml")));
    List<String> all = module.results().map(one -> one.group(1)).toList();
    return all.subList(0, all.indexOf("native") + 1).stream()
        .filter(one -> !one.equals("jvm"))
        .toList();
  }

  @TempDir Path temporary = Path.of("");
  private Path tree = Path.of("");
  private Path tools = Path.of("");
  private Path calls = Path.of("");

  /** How a run ended, and what it wrote; bytes are ISO 8859-1 characters. */
  private record Run(int exit, String out, String err) {}

  @BeforeEach
  void plantTree() throws IOException {
    Files.setPosixFilePermissions(temporary, EXECUTABLE);
    tree = temporary.resolve("a tree");
    tools = Files.createDirectory(temporary.resolve("tools"));
    calls = temporary.resolve("calls");
    for (String module : MODULES) {
      write(tree.resolve(module).resolve("pom.xml"), "<project/>");
      write(tree.resolve(module).resolve("src/main/java/Some.java"), "class Some {}");
    }
    write(tree.resolve("pom.xml"), "<project/>");
    write(tree.resolve(".mvn/maven.config"), "-ntp");
    Files.copy(Checkout.root().resolve("inuse"), tree.resolve("inuse"));
    Files.setPosixFilePermissions(tree.resolve("inuse"), EXECUTABLE);
    mavenThat(BUILDS);
  }

  @Test
  void firstUseBuildsAndSaysSoOnStderrOnly() {
    Run run = run(tree, "./inuse", "8080");
    assertThat(run).isEqualTo(new Run(0, "<8080>", run.err));
    assertThat(run.err).contains("first use: building").contains("building kernel [2/5]");
    assertThat(builds()).containsExactly("-B -DskipTests -pl native -am package");
    assertThat(tree.resolve("native/target/build.log")).content().contains("Building inuse kernel");
  }

  @Test
  void secondUseDoesNotBuild() {
    run(tree, "./inuse", "1");
    assertThat(run(tree, "./inuse", "2")).isEqualTo(new Run(0, "<2>", ""));
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aChangedSourceIsNamedAndBuilds() throws IOException {
    run(tree, "./inuse", "1");
    makeNewer(tree.resolve("core/src/main/java/Some.java"));
    Run run = run(tree, "./inuse", "2");
    assertThat(run).isEqualTo(new Run(0, "<2>", run.err));
    assertThat(run.err).contains("core/src/main/java/Some.java has changed");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aChangedSourceOfEveryModuleBuilds() throws IOException {
    run(tree, "./inuse", "1");
    for (String module : MODULES) {
      Path source = tree.resolve(module).resolve("src/main/java/Some.java");
      makeNewer(source);
      assertThat(run(tree, "./inuse", "2").err).contains(module + "/src/main/java/Some.java");
      Files.setLastModifiedTime(source, FileTime.fromMillis(0));
    }
    assertThat(builds()).hasSize(1 + MODULES.size());
  }

  @Test
  void whatPackagingBuildHasMadeOfTheseSourcesIsTaken() throws IOException {
    Path archive = packaged();
    makeNewer(archive);

    Run run = run(tree, "./inuse", "8080");
    assertThat(run).isEqualTo(new Run(0, "packaged", run.err));
    assertThat(run.err).contains("taken from dist/inuse-0.1.0-linux-");
    assertThat(run(tree, "./inuse", "8080")).isEqualTo(new Run(0, "packaged", ""));
    assertThat(calls).doesNotExist();
  }

  @Test
  void whatPackagingBuildHasMadeOfOtherSourcesIsNotTaken() throws IOException {
    packaged();
    makeNewer(tree.resolve("core/src/main/java/Some.java"));

    assertThat(run(tree, "./inuse", "1").out).isEqualTo("<1>");
    assertThat(builds()).hasSize(1);
  }

  /** An archive as packaging/archives makes it. */
  private Path packaged() throws IOException {
    String name = "inuse-0.1.0-linux-" + machine();
    Path executable = temporary.resolve(name + "/inuse");
    write(executable, "#!/bin/sh\nprintf packaged\n");
    Files.setPosixFilePermissions(executable, EXECUTABLE);
    Path archive = Files.createDirectories(tree.resolve("dist")).resolve(name + ".tar.gz");
    Run packed =
        run(temporary, "tar", "-czf", archive.toString(), "-C", temporary.toString(), name);
    assertThat(packed.exit).as("%s", packed).isZero();
    return archive;
  }

  private String machine() {
    return run(temporary, "uname", "-m").out.strip();
  }

  @Test
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  void whatRootBuiltInAnotherUsersTreeIsThatUsers() {
    if (!isRoot()) {
      System.out.println("RULES: whose the build in another user's tree is SKIPPED: takes root");
      abort("takes root");
    }
    mavenThat(BUILDS + "mkdir -p " + String.join("/target ", MODULES) + "/target\n");
    run(temporary, "chown", "-R", Integer.toString(NOBODY), tree.toString());

    assertThat(run(tree, "./inuse", "8080").out).isEqualTo("<8080>");
    for (String module : MODULES) {
      assertThat(run(tree, "stat", "-c", "%u", module + "/target").out.strip())
          .as(module)
          .isEqualTo(Integer.toString(NOBODY));
    }
  }

  @Test
  void aDeletedSourceBuilds() throws IOException {
    run(tree, "./inuse", "1");
    Files.delete(tree.resolve("cli/src/main/java/Some.java"));
    makeNewer(tree.resolve("cli/src/main/java"));
    run(tree, "./inuse", "2");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aSourceSavedDuringTheBuildBuildsAgain() {
    mavenThat(BUILDS + "touch -d '1 minute' kernel/pom.xml\n");
    run(tree, "./inuse", "1");
    run(tree, "./inuse", "2");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aChangedTestDoesNotBuild() throws IOException {
    run(tree, "./inuse", "1");
    Path test = tree.resolve("core/src/test/java/SomeTest.java");
    write(test, "class SomeTest {}");
    makeNewer(test);
    assertThat(run(tree, "./inuse", "2").err).isEmpty();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void itWorksThroughLinksAndFromAnywhere() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Path second = Files.createSymbolicLink(temporary.resolve("second"), tree.resolve("inuse"));
    Path first = Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../second"));
    assertThat(run(elsewhere, "./first", "a").out).isEqualTo("<a>");
    assertThat(run(elsewhere, first.toString(), "b")).isEqualTo(new Run(0, "<b>", ""));
    assertThat(run(elsewhere, second.toString(), "c")).isEqualTo(new Run(0, "<c>", ""));
    assertThat(run(elsewhere, "../a tree/inuse", "d")).isEqualTo(new Run(0, "<d>", ""));
    assertThat(run(tree.resolve("core"), "../inuse", "e")).isEqualTo(new Run(0, "<e>", ""));
    assertThat(run(tree, "sh", "inuse", "f")).isEqualTo(new Run(0, "<f>", ""));
    assertThat(builds()).hasSize(1);
  }

  @Test
  void argumentsPassByteForByte() {
    String script =
        """
        exec ./inuse "$(printf '\\377\\303\\251')" '' ' a  b ' '*' '$(id)' -n '\\033' "$(printf 'x\\ny')"
        """;
    String expected = "<\u00ff\u00c3\u00a9><>< a  b ><*><$(id)><-n><\\033><x\ny>";
    Run first = run(tree, "sh", "-c", script);
    assertThat(first).isEqualTo(new Run(0, expected, first.err));
    assertThat(run(tree, "sh", "-c", script)).isEqualTo(new Run(0, expected, ""));
  }

  @Test
  void inputAndExitStatusAreTheToolsOwn() {
    mavenThat(
        """
        mkdir -p native/target
        printf '#!/bin/sh\\ncat\\nexit 3\\n' >native/target/inuse
        chmod +x native/target/inuse
        cat
        """);
    Run run = run(tree, "sh", "-c", "echo told | ./inuse");
    assertThat(run).isEqualTo(new Run(3, "told\n", run.err));
  }

  @Test
  void whoMayNotWriteRunsWhatIsThere() throws IOException {
    run(tree, "./inuse", "1");
    assertThat(runUnableToWrite("2")).isEqualTo(new Run(0, "<2>", ""));
    makeNewer(tree.resolve("native/pom.xml"));
    Run run = runUnableToWrite("3");
    assertThat(run).isEqualTo(new Run(0, "<3>", run.err));
    assertThat(run.err.lines()).singleElement().asString().contains("native/pom.xml is newer");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void whoMayNotWriteIsToldWhatToDo() throws IOException {
    Run run = runUnableToWrite("1");
    assertThat(run).isEqualTo(new Run(70, "", run.err));
    assertThat(run.err)
        .contains("not built yet", tree.toString(), "mvn -B -DskipTests -pl native -am package");
    assertThat(builds()).isEmpty();
    assertThat(tree.resolve("native/target")).doesNotExist();
  }

  @Test
  void everyMissingToolIsNamedAtOnce() throws IOException {
    Path few = toolsWithout("gcc");
    Files.delete(few.resolve("mvn"));
    Run run = run(tree, Map.of("PATH", few.toString()), "./inuse", "1");
    assertThat(run).isEqualTo(new Run(70, "", run.err));
    assertThat(run.err).contains("Maven 3.8", "C compiler (gcc)", "to install them");
  }

  @Test
  void anOldMavenALackingLibraryAndLackingHeadersAreNamed() throws IOException {
    tool(tools, "mvn", "echo 'Apache Maven 3.6.3 (abc)'\necho 'Java version: 11.0.2, vendor: X'\n");
    tool(tools, "incomplete-cc", "exit 1\n");
    Run run = run(tree, Map.of("CC", "incomplete-cc"), "./inuse", "1");
    assertThat(run).isEqualTo(new Run(70, "", run.err));
    assertThat(run.err)
        .contains("Maven 3.8", "Java 17", "static C library", "linux/inet_diag.h")
        .doesNotContain("JDK 25 (");
  }

  @Test
  void aFailingBuildShowsTheEndOfItsLog() {
    mavenThat("seq 1 100\nprintf '[ERROR] something broke'\nexit 1\n");
    Run run = run(tree, "./inuse", "1");
    assertThat(run).isEqualTo(new Run(70, "", run.err));
    assertThat(run.err.lines())
        .contains("100", "[ERROR] something broke")
        .doesNotContain("10")
        .anySatisfy(line -> assertThat(line).contains("the build failed", "build.log"));
  }

  @Test
  void aBuildThatMakesNothingFails() {
    mavenThat("exit 0\n");
    assertThat(run(tree, "./inuse", "1").exit).isEqualTo(70);
  }

  @Test
  void aFailedBuildIsTriedAgain() {
    mavenThat("exit 1\n");
    run(tree, "./inuse", "1");
    mavenThat(BUILDS);
    assertThat(run(tree, "./inuse", "2").out).isEqualTo("<2>");
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    twoAtOnceBuildOnce(Map.of());
  }

  @Test
  void twoFirstUsesAtOnceBuildOnceWithoutFlock() throws Exception {
    twoAtOnceBuildOnce(Map.of("PATH", toolsWithout("flock").toString()));
    assertThat(tree.resolve("native/target/.lock.d")).doesNotExist();
  }

  @Test
  void aLockOfADeadProcessIsBroken() throws IOException {
    write(tree.resolve("native/target/.lock.d/pid"), "999999999\n");
    Map<String, String> withoutFlock = Map.of("PATH", toolsWithout("flock").toString());
    assertThat(run(tree, withoutFlock, "./inuse", "1").out).isEqualTo("<1>");
  }

  /** The first builder waits in the pipe "go" until the second has said that it waits. */
  private void twoAtOnceBuildOnce(Map<String, String> environment) throws Exception {
    Path go = temporary.resolve("go");
    Path begun = temporary.resolve("begun");
    assertThat(run(temporary, "mkfifo", go.toString(), begun.toString()).exit).isZero();
    mavenThat("echo >'" + begun + "'\ncat '" + go + "'\n" + BUILDS);
    Process first = start(tree, environment, temporary.resolve("one"), "./inuse", "1");
    assertThat(run(temporary, "cat", begun.toString()).exit).isZero();
    Process second = start(tree, environment, temporary.resolve("two"), "./inuse", "2");
    try (var err = second.errorReader(UTF_8)) {
      assertThat(err.readLine()).contains("another build is running");
      Files.writeString(go, "");
      assertThat(exitOf(first)).isZero();
      assertThat(exitOf(second)).isZero();
    }
    assertThat(temporary.resolve("one")).content().isEqualTo("<1>");
    assertThat(temporary.resolve("two")).content().isEqualTo("<2>");
    assertThat(builds()).hasSize(1);
  }

  /** As nobody when we are root, whom no permission stops; else with nothing writable. */
  private Run runUnableToWrite(String argument) throws IOException {
    String script = tree.resolve("inuse").toString();
    if (isRoot()) {
      return run(
          temporary,
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          script,
          argument);
    }
    List<Path> directories;
    try (Stream<Path> below = Files.walk(tree)) {
      directories = below.filter(Files::isDirectory).toList();
    }
    try {
      setPermissions(directories, READ_ONLY);
      return run(temporary, script, argument);
    } finally {
      setPermissions(directories, EXECUTABLE);
    }
  }

  private boolean isRoot() {
    return run(temporary, "id", "-u").out.strip().equals("0");
  }

  private static void setPermissions(List<Path> paths, Set<PosixFilePermission> permissions)
      throws IOException {
    for (Path path : paths) {
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  /** A directory that holds the tools a build needs, without this one. */
  private Path toolsWithout(String unwanted) throws IOException {
    Path few = Files.createDirectory(temporary.resolve("few"));
    for (String name : NEEDED.split("\\s+", -1)) {
      Run found = run(temporary, "sh", "-c", "command -v " + name);
      if (found.exit == 0 && !name.equals(unwanted)) {
        tool(few, name, "exec " + found.out.strip() + " \"$@\"\n");
      }
    }
    return few;
  }

  private String path() {
    return tools + ":" + System.getenv("PATH");
  }

  private void mavenThat(String builds) {
    try {
      tool(
          tools,
          "mvn",
          """
          if [ "$1" = --version ]; then
            echo "Apache Maven 3.9.9 (abc)"
            echo "Java version: 25.0.1, vendor: X, runtime: $JAVA_HOME"
            exit
          fi
          echo "$*" >>'%s'
          """
                  .formatted(calls)
              + builds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tool(Path directory, String name, String script) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, EXECUTABLE);
  }

  private List<String> builds() {
    return Files.exists(calls) ? Checkout.text(calls).lines().toList() : List.of();
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private static void makeNewer(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  private Run run(Path directory, String... command) {
    return run(directory, Map.of(), command);
  }

  private Run run(Path directory, Map<String, String> environment, String... command) {
    Path out = temporary.resolve("out");
    Path err = temporary.resolve("err");
    try {
      ProcessBuilder builder = builder(directory, environment, command);
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      return new Run(
          exitOf(process), Files.readString(out, ISO_8859_1), Files.readString(err, ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process start(
      Path directory, Map<String, String> environment, Path out, String... command)
      throws IOException {
    return builder(directory, environment, command).redirectOutput(out.toFile()).start();
  }

  private ProcessBuilder builder(
      Path directory, Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command))).directory(directory.toFile());
    builder.environment().put("PATH", path());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("CC");
    builder.environment().putAll(environment);
    return builder;
  }

  private static int exitOf(Process process) throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after a minute: " + process.info());
    }
    return process.exitValue();
  }
}
