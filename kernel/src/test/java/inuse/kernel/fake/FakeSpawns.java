package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.CLD_EXITED;
import static inuse.kernel.abi.Constants.SIGCHLD;

import inuse.kernel.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Programs that are spawned (posix_spawn(3)); their output comes through a pipe. */
final class FakeSpawns {
  private static final int ENOENT = 2;
  private static final int FIRST_PID = 9000;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final Map<String, FakeKernel.Peer> programs = new HashMap<>();
  private final Map<String, Integer> exits = new HashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final List<List<String>> environments = new ArrayList<>();
  private final Map<Integer, Boolean> children = new TreeMap<>();
  private final Map<Integer, Integer> exitOf = new HashMap<>();
  private int pids = FIRST_PID;

  FakeSpawns(FakeRefusals refusals, FakeDescriptors descriptors) {
    this.refusals = refusals;
    this.descriptors = descriptors;
  }

  /** The pid of a new process of any kind. */
  int nextPid() {
    return pids++;
  }

  void program(String path, FakeKernel.Peer program) {
    programs.put(path, program);
  }

  void exits(String path, int status) {
    exits.put(path, status);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  List<List<String>> environments() {
    return List.copyOf(environments);
  }

  List<Integer> unreaped() {
    return List.copyOf(children.keySet());
  }

  /** Nothing where it is no child that was spawned. */
  Optional<Boolean> hasEnded(int pid) {
    return Optional.ofNullable(children.get(pid));
  }

  /** Ends a child; false where it is none. */
  boolean end(int pid) {
    descriptors.leave(pid);
    return children.computeIfPresent(pid, (child, ended) -> true) != null;
  }

  /** The last one ends, after printing that. */
  void endLast(String printed) {
    end(pids - 1);
    descriptors.all().stream()
        .filter(one -> one.path.equals("pipe") && one.isStream && !one.ended)
        .forEach(one -> one.say(Optional.of(printed)));
  }

  int spawn(byte[] path, List<byte[]> arguments, List<byte[]> environment, int[] given) {
    String name = FakeFiles.text(path);
    int refusal = refusals.of("posix_spawn", name);
    FakeKernel.Peer program = programs.get(name);
    if (refusal < 0 || program == null) {
      return refusal < 0 ? refusal : -ENOENT;
    }
    environments.add(FakeProcesses.texts(environment));
    String line = String.join(" ", FakeProcesses.texts(arguments));
    lines.add(line);
    Optional<String> printed = program.answer(line);
    FakeDescriptor output = descriptors.get(given[1]);
    if (output.path.equals("pipe")) {
      descriptors.get(output.pid).say(printed);
    }
    int pid = nextPid();
    children.put(pid, printed.isPresent());
    if (printed.isEmpty()) {
      descriptors.inherit(pid, given);
    }
    exitOf.put(pid, exits.getOrDefault(name, 0));
    return pid;
  }

  /** The pid of a child that has ended already. */
  int forked() {
    int pid = nextPid();
    children.put(pid, true);
    return pid;
  }

  int waitFor(int pidfd, byte[] into) {
    int pid = descriptors.get(pidfd).pid;
    if (hasEnded(pid).orElse(false)) {
      children.remove(pid);
      Bytes.putInt(into, 0, SIGCHLD);
      Bytes.putInt(into, 8, CLD_EXITED);
      Bytes.putInt(into, 24, exitOf.getOrDefault(pid, 0));
    }
    return 0;
  }
}
