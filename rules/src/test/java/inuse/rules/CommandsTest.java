package inuse.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A fresh Debian on which .ci/run has installed its list has every command that a test starts, and
 * every one that the executable starts in a test.
 */
class CommandsTest {
  private static final Path LIST = Checkout.root().resolve(".ci/run");

  /**
   * Debian's packages that are never missing, each with what is used of it: "Essential", or of
   * priority "required", which debootstrap installs in every variant.
   */
  private static final Map<String, List<String>> EVERY_DEBIAN_HAS =
      Map.ofEntries(
          Map.entry("bash", List.of("bash")),
          Map.entry(
              "coreutils",
              words(
                  """
                  base64 basename cat chmod chown cp cut date dd dirname echo env false head id install ln ls
                  mkdir mkfifo mknod mktemp mv nice nohup od printf pwd readlink realpath rm rmdir seq sleep sort stat stty sync
                  tail tee test timeout touch tr true uname wc who
                  """)),
          Map.entry("dash", List.of("dash", "sh")),
          Map.entry("debianutils", List.of("which")),
          Map.entry("diffutils", List.of("cmp", "diff")),
          Map.entry("dpkg", List.of("dpkg", "dpkg-deb")),
          Map.entry("apt", List.of("apt-get")),
          Map.entry("findutils", List.of("find", "xargs")),
          Map.entry("grep", List.of("grep")),
          Map.entry("gzip", List.of("gzip")),
          Map.entry("mawk", List.of("awk")),
          Map.entry("mount", List.of("mount", "umount")),
          Map.entry("sed", List.of("sed")),
          Map.entry("sysvinit-utils", List.of("pidof")),
          Map.entry("tar", List.of("tar")),
          Map.entry("util-linux", List.of("more", "setsid")));

  /** What the machine that builds has already, or this build could not run: Java itself. */
  private static final Set<String> THE_BUILD_HAS = Set.of("java", "javac");

  /** In the same package as another that is listed, and not on the PATH. */
  private static final Map<String, String> COMES_WITH =
      Map.of("initdb", "postgres", "systemd", "systemctl", "unxz", "xz");

  /** Words in a command's place that are none, each with what they are. */
  private static final Map<String, String> NO_COMMANDS =
      Map.of(
          "apt", "a directory of packages",
          "free", "a verb of inuse",
          "python", "a language, of which the program is named elsewhere",
          "reboot", "what a hostile name would do, and what the emulated machine ends with",
          "watch", "a verb of inuse",
          "x86_64", "an architecture");

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }

  /** The commands that .ci/run looks for, by name or by a path. */
  private static Set<String> listed(String list) {
    return Stream.concat(
            Pattern.compile("(?m)^ *needs \\S+ (\\S+)$").matcher(list).results(),
            Pattern.compile("/([\\w-]+)\"?(?: \\]| >/dev/null) \\|\\| missing[+]=")
                .matcher(list)
                .results())
        .map(one -> one.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOnThisMachine(String command) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, command)));
  }

  /** The tests of the modules below start nothing but by a ProcessBuilder of their own. */
  private static boolean isTest(Path file) {
    String path = Checkout.relative(file).toString();
    boolean ours = path.contains("/Command") && path.startsWith("rules/src/test/");
    boolean starts =
        path.startsWith("zoo/src/test/")
            || (path.contains("/src/test/java/")
                && Checkout.text(file).contains("new ProcessBuilder"));
    return !ours
        && !path.matches("zoo/src/test/(c|fuzz|resources)/.*|.*[.]md")
        && (starts || path.startsWith("examples/") || path.equals("docs/site/build"));
  }

  private static boolean isProduct(Path file) {
    String path = Checkout.relative(file).toString();
    return path.matches("(kernel|core|mcp|record|cli|jvm|native)/src/main/java/.*\\.java")
        || path.equals("native/src/main/sh/link");
  }

  /** What is in no list, with the files that start it. */
  private static Map<String, Set<String>> missing(
      Map<String, String> texts, Predicate<String> isCommand) {
    Set<String> there = new TreeSet<>(listed(Checkout.text(LIST)));
    EVERY_DEBIAN_HAS.values().forEach(there::addAll);
    there.addAll(THE_BUILD_HAS);
    there.addAll(NO_COMMANDS.keySet());
    Map<String, Set<String>> missing = new TreeMap<>();
    texts.forEach((name, text) -> {
      for (String command : CommandWords.in(name, text, isCommand)) {
        if (!there.contains(COMES_WITH.getOrDefault(command, command))) {
          missing.computeIfAbsent(command, _ -> new TreeSet<>()).add(name);
        }
      }
    });
    return missing;
  }

  private static Map<String, String> texts(Predicate<Path> wanted) {
    return Checkout.files(wanted).stream()
        .collect(Collectors.toMap(file -> Checkout.relative(file).toString(), Checkout::text));
  }

  @Test
  void everyCommandThatATestStartsIsInTheListOfTheFreshMachine() {
    Map<String, String> tests = texts(CommandsTest::isTest);

    assertThat(tests).hasSizeGreaterThan(90);
    assertThat(missing(tests, CommandsTest::isOnThisMachine))
        .as("add to .ci/run: needs PACKAGE COMMAND")
        .isEmpty();
  }

  @Test
  void everyProgramThatTheProductStartsIsInTheListOfTheFreshMachine() {
    Map<String, String> product = texts(CommandsTest::isProduct);

    assertThat(product).hasSizeGreaterThan(100);
    assertThat(missing(product, CommandsTest::isOnThisMachine))
        .as("add to .ci/run: needs PACKAGE COMMAND")
        .isEmpty();
  }

  /** Among what is found is what must be: the tests are read, and so is the list. */
  @Test
  void whatTheTestsAreKnownToStartIsFound() {
    Set<String> found = new TreeSet<>();
    texts(file -> isTest(file) || isProduct(file))
        .forEach((name, text) -> found.addAll(CommandWords.in(name, text, _ -> true)));

    assertThat(found)
        .contains("nft", "systemctl", "ss", "lsof", "fuser", "netstat", "strace", "setpriv")
        .contains("gcc", "python3", "node", "nginx", "postgres", "initdb", "docker", "podman")
        .contains("iptables", "unshare", "nsenter", "awk", "xargs", "hugo", "tmux", "mcs");
    assertThat(listed(Checkout.text(LIST))).contains("nft", "netavark", "postgres");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "ATest.java ! Lab.requireProgram(\"frobnicate\")",
        "ATest.java ! lab.run(\"frobnicate\", \"-x\")",
        "ATest.java ! lab.runThrough(\"run\", \"--\", \"frobnicate\", \"-x\")",
        "ATest.java ! super(\"docker\", \"dockerd\", \"frobnicate\")",
        "ATest.java ! lab.run(\"sh\", \"-c\", \"frobnicate -9 \" + pid)",
        "ATest.java ! script(\"ls /etc | frobnicate\")",
        "ATest.java ! script(\"until frobnicate -q x; do :; done\")",
        "a.sh ! x=$(frobnicate -c y)",
        "a.sh ! A=b exec frobnicate",
        "core/src/main/Engines.java ! List.of(\"/usr/bin/frobnicate\", \"/bin/frobnicate\")"
      })
  void aCommandThatIsInNoListIsFound(String name, String planted) {
    assertThat(missing(Map.of(name, planted), "frobnicate"::equals))
        .containsExactly(Map.entry("frobnicate", Set.of(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "ATest.java ! directory.resolve(\"frobnicate\")",
        "ATest.java ! says(\"they frobnicate it\")",
        "ATest.java ! // frobnicate(\"x\")",
        "a.sh ! # frobnicate x",
        "a.sh ! echo frobnicate"
      })
  void aWordThatIsNotInACommandsPlaceIsNone(String name, String text) {
    assertThat(missing(Map.of(name, text), "frobnicate"::equals)).isEmpty();
  }
}
