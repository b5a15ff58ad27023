package inuse.zoo;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A virtual machine, in software emulation, that boots one of Debian's kernels, runs the scenarios
 * of vm/init and ends.
 */
final class EmulatedMachine {
  /** It takes half a minute on an idle machine, and three for another processor. */
  private static final long DEADLINE_SECONDS = 900;

  private final String version;
  private final Architecture architecture;
  private final FutureTask<KernelReport> boot = new FutureTask<>(this::boot);

  EmulatedMachine(String version, Architecture architecture) {
    this.version = version;
    this.architecture = architecture;
  }

  /** As kernels count: 6.1. */
  String version() {
    return version;
  }

  /**
   * What it said. It is booted once; where it cannot be, each scenario is skipped for that reason.
   */
  KernelReport report() {
    boot.run();
    try {
      return boot.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException skipped -> throw skipped;
        case Error failed -> throw failed;
        case null, default -> throw new AssertionError(e);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private KernelReport boot() throws IOException, InterruptedException {
    for (String program : List.of(architecture.emulator(), "cpio", "dpkg-deb", "apt-get", "xz")) {
      Lab.requireProgram(program);
    }
    Path directory =
        Architecture.setting("zoo.vm").resolve("linux-" + version + "-" + architecture.word());
    Output built =
        Output.of(
            List.of(
                Architecture.setting("zoo.vm.sources").resolve("build").toString(),
                version,
                architecture.word(),
                directory.toString(),
                architecture.executable().toString(),
                Architecture.setting("zoo.c.sources").toString()));
    assumeTrue(
        built.exitCode() != Running.CANNOT,
        () -> (built.standardOutput() + built.standardError()).strip());
    assertThat(built.exitCode()).as("%s", built).isZero();
    run(directory);
    return KernelReport.parse(Files.readAllLines(directory.resolve(Architecture.RESULTS)));
  }

  private void run(Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(architecture.bootCommand());
    command.add(architecture.bootLine());
    Process machine =
        new ProcessBuilder(command)
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
  }
}
