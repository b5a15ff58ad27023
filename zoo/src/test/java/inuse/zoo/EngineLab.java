package inuse.zoo;

import java.util.ArrayList;
import java.util.List;

/**
 * A machine with a container engine and a root file system {@code tiny} that has busybox. The zoo's
 * programs and the executable have the same paths in every container as outside.
 */
abstract class EngineLab extends Machine {
  private final String engine;
  private final List<String> containers = new ArrayList<>();

  /** A machine of that kind (see machine.sh), whose engine is told what to do by that command. */
  EngineLab(String kind, String engine, String... programs) {
    super(kind, programs);
    this.engine = engine;
  }

  /** What stands before the command of a container: its image or root file system. */
  abstract List<String> image();

  /** Starts a container of that name with these options; then {@code --} and its command. */
  final void start(String name, String... optionsAndCommand) {
    run(starting(name, optionsAndCommand));
  }

  /** The command that starts it. */
  final String[] starting(String name, String... optionsAndCommand) {
    List<String> all = List.of(optionsAndCommand);
    int command = all.indexOf("--");
    List<String> whole = new ArrayList<>(List.of(engine, "run", "--detach", "--name", name));
    whole.add(
        "--stop-signal=SIGKILL"); // as the first process of a container busybox ignores SIGTERM
    for (String directory : Programs.directories()) {
      whole.add("--volume=" + directory + ":" + directory + ":ro");
    }
    whole.addAll(all.subList(0, command));
    whole.addAll(image());
    whole.addAll(all.subList(command + 1, all.size()));
    containers.add(name);
    return whole.toArray(String[]::new);
  }

  /** Its first process, as the machine counts. */
  final long pid(String container) {
    return Long.parseLong(run(engine, "inspect", "--format", "{{.State.Pid}}", container));
  }

  /** The whole 64 digits. */
  final String id(String container) {
    return run(engine, "inspect", "--format", "{{.Id}}", container);
  }

  final boolean isRunning(String container) {
    return run(engine, "inspect", "--format", "{{.State.Running}}", container).equals("true");
  }

  final void restart(String container) {
    run(engine, "restart", "--time", "0", container);
  }

  /** Inside that container, as the engine's own {@code exec} gets there. */
  final LabPlace inside(String container) {
    return () -> {
      List<String> whole = new ArrayList<>(super.inside(engine, "exec", "-i", container));
      whole.addAll(List.of(Programs.ENTER.toString(), "self"));
      return whole;
    };
  }

  /** The machine as it is, but in the network namespace of that container, while it runs. */
  final LabPlace network(String container) {
    return () -> network(pid(container));
  }

  /** The same that lasts when the container ends, because a process of ours is in it too. */
  final LabPlace network(Running keeper) {
    long pid = keeper.awaitOwnPid();
    return () -> network(pid);
  }

  private List<String> network(long pid) {
    List<String> whole = new ArrayList<>(enter());
    whole.set(whole.size() - 1, Long.toString(pid));
    return whole;
  }

  /** The pids of the processes with that name, as the machine counts. */
  final long[] pidsOf(String command) {
    return run("sh", "-c", "grep -lx \"$1\" /proc/[0-9]*/comm | tr -dc '0-9\\n'", "-", command)
        .lines()
        .mapToLong(Long::parseLong)
        .toArray();
  }

  @Override
  void tidy() {
    for (String container : containers) {
      run(engine, "rm", "--force", "--volumes", container);
    }
    containers.clear();
  }
}
