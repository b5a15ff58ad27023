package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The report of a virtual machine that booted one of Debian's older kernels, in software emulation:
 * the scenarios of vm/init, each with its holders, our answer, and the oracle's binds.
 */
record OldKernel(String release, Map<String, Scenario> scenarios, boolean isComplete) {
  static final OldKernel NOT_BOOTED = new OldKernel("", Map.of(), false);

  /** A boot and all scenarios take a quarter of a minute on an idle machine. */
  private static final long DEADLINE_SECONDS = 300;

  /** One question: the pids of its holders, the answer, and the results of binds by address. */
  record Scenario(List<Long> pids, Map<String, String> binds, List<String> answer) {}

  /** Boots Debian's kernel of that version, runs the scenarios, and reads what came of them. */
  static OldKernel boot(String version) {
    for (String program : List.of("qemu-system-x86_64", "busybox", "cpio", "dpkg-deb")) {
      Lab.requireProgram(program);
    }
    Path directory = setting("zoo.vm");
    Output built =
        Output.of(
            List.of(
                setting("zoo.vm.sources").resolve("build").toString(),
                version,
                directory.toString(),
                Programs.EXECUTABLE.toString(),
                setting("zoo.c.sources").toString()));
    assumeTrue(
        built.exitCode() != Running.CANNOT,
        () -> "no old kernel: " + built.standardOutput() + built.standardError());
    assertThat(built.exitCode()).as("%s", built).isZero();
    run(directory);
    try {
      return parse(Files.readAllLines(directory.resolve("results.txt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path setting(String property) {
    return Path.of(requireNonNull(System.getProperty(property), property)).normalize();
  }

  private static void run(Path directory) {
    List<String> command =
        List.of(
            ("qemu-system-x86_64 -accel tcg -cpu max -smp 1 -m 512 -nodefaults -no-user-config"
                    + " -nographic -no-reboot -kernel vmlinuz -initrd initramfs.gz"
                    + " -serial file:console.txt -serial file:results.txt -append")
                .split(" ", -1));
    List<String> whole = new ArrayList<>(command);
    whole.add("console=ttyS0 quiet loglevel=3 panic=-1");
    try {
      Process machine =
          new ProcessBuilder(whole)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("qemu.txt").toFile())
              .start();
      try {
        assertThat(machine.waitFor(DEADLINE_SECONDS, SECONDS))
            .as("the machine ends in time; see console.txt and results.txt in %s", directory)
            .isTrue();
      } finally {
        machine.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OldKernel parse(List<String> lines) {
    String release = "";
    boolean complete = false;
    Map<String, Scenario> scenarios = new LinkedHashMap<>();
    Scenario current = new Scenario(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (String line : lines) {
      String[] words = line.strip().split(" ", 4);
      switch (words[0]) {
        case "kernel" -> release = words[1];
        case "ask" -> {
          current = new Scenario(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
          scenarios.put(words[1], current);
        }
        case "pid" -> current.pids.add(Long.valueOf(words[1]));
        case "json" -> current.answer.add(new String(Base64.getDecoder().decode(words[1]), UTF_8));
        case "exit" -> current.answer.add(words[1]);
        case "bind" -> current.binds.put(words[1] + " " + words[2], words[3]);
        case "end" -> {}
        case "done" -> complete = true;
        default -> throw new AssertionError("the machine said: " + line);
      }
    }
    return new OldKernel(release, scenarios, complete);
  }

  Set<String> names() {
    return scenarios.keySet();
  }

  long[] pids(String name) {
    return scenario(name).pids.stream().mapToLong(Long::longValue).toArray();
  }

  /** The diagnosis in a scenario, whose verdict is this one by us and by the oracle. */
  DiagnosisAssert says(String name, VerdictAssert verdict) {
    Scenario scenario = scenario(name);
    assertThat(scenario.answer).as("answer in %s", name).hasSize(2);
    Output output =
        new Output(
            List.of("inuse in the scenario " + name + ", binds " + scenario.binds),
            Integer.parseInt(scenario.answer.getLast()),
            scenario.answer.getFirst(),
            "");
    QuestionAssert asked = new QuestionAssert(new Lab(Way.EXECUTABLE), Way.EXECUTABLE, name);
    AnswerAssert answer = AnswerAssert.parse(asked, output, PublishedSchema.of(Way.EXECUTABLE));
    assertThat(proven(scenario)).as("verdict by trybind of %s", output).isEqualTo(verdict);
    return answer.diagnoses().getFirst().says(verdict);
  }

  private Scenario scenario(String name) {
    return requireNonNull(scenarios.get(name), "no scenario " + name + " in " + names());
  }

  private static VerdictAssert proven(Scenario scenario) {
    return scenario.binds.entrySet().stream()
        .filter(bind -> bind.getKey().endsWith(" plain"))
        .map(bind ->
            switch (bind.getValue()) {
              case "ok" -> VerdictAssert.FREE;
              case "EACCES" -> VerdictAssert.DENIED;
              case "EADDRINUSE" ->
                  "ok".equals(scenario.binds.get(bind.getKey().replace("plain", "reuseaddr")))
                      ? VerdictAssert.FREE_WITH_REUSEADDR
                      : VerdictAssert.BLOCKED;
              default -> throw new AssertionError("trybind said " + bind);
            })
        .max(naturalOrder())
        .orElseThrow();
  }
}
