package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A machine for daemons, made of namespaces (see machine.sh), started when first needed and shared
 * by the scenarios of a class, because a daemon takes seconds to start. Everything in it ends with
 * it.
 */
abstract class Machine implements LabPlace, AfterEachCallback, AfterAllCallback {
  /**
   * inuse gives a daemon a third of a second to answer, and whoever runs beside this scenario must
   * not use that up.
   */
  private static final String FIRST = "--adjustment=-15";

  private final String kind;
  private final List<String> programs;
  private @Nullable Running running;
  private String pid = "";

  /** That kind of machine.sh, which needs these programs. */
  Machine(String kind, String... programs) {
    this.kind = kind;
    this.programs = List.of(programs);
  }

  @Override
  public List<String> enter() {
    start();
    return List.of(
        "nice",
        FIRST,
        "nsenter",
        "--target=" + pid,
        "--mount",
        "--pid",
        "--net",
        "--cgroup",
        "--uts",
        "--ipc",
        "--wdns=/",
        "--",
        Programs.ENTER.toString(),
        "self");
  }

  /** What a command that succeeds in it prints. */
  String run(String... command) {
    Output output = Output.of(inside(command));
    assertThat(output.exitCode()).as("%s", output).isZero();
    return output.standardOutput().strip();
  }

  final List<String> inside(String... command) {
    List<String> whole = new ArrayList<>(enter());
    whole.add("--");
    whole.addAll(List.of(command));
    return whole;
  }

  /** Runs a command in it again and again until it succeeds. */
  final void awaitSuccess(String... command) {
    Running.await(String.join(" ", command), () -> Output.of(inside(command)).exitCode() == 0);
  }

  /** Writes a file in it. */
  final void write(String path, String text) {
    run("sh", "-c", "printf %s \"$1\" > \"$2\"", "-", text, path);
  }

  boolean isUp() {
    return running != null;
  }

  private void start() {
    if (running != null) {
      return;
    }
    Lab.requireRoot("a machine of its own is needed");
    programs.forEach(Lab::requireProgram);
    List<String> command =
        new ArrayList<>(List.of("nice", FIRST, Programs.script("machine.sh"), kind));
    command.addAll(Programs.directories());
    Running started = Running.own(command);
    running = started;
    try {
      pid = started.awaitLine("pid");
      started.awaitReady();
      awaitUp();
    } catch (RuntimeException | AssertionError e) {
      stop();
      throw e;
    }
  }

  /** Waits until it can be used, when that is later than its {@code ready}. */
  void awaitUp() {}

  /** Ends what a scenario started in it. */
  abstract void tidy();

  @Override
  public final void afterEach(ExtensionContext context) {
    if (isUp()) {
      tidy();
    }
  }

  @Override
  public final void afterAll(ExtensionContext context) {
    stop();
  }

  private void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }
}
