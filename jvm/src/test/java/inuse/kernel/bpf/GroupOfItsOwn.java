package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;
import static java.nio.charset.StandardCharsets.UTF_8;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Cgroup2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A control group that only a test's own programs are in. */
public final class GroupOfItsOwn implements AutoCloseable {
  private static int made;

  private final Path directory;

  /** Makes one below the whole of cgroup v2. */
  public GroupOfItsOwn() throws IOException {
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    Path whole = Path.of(Cgroup2.mountPoint(mounts).orElseThrow());
    directory = whole.resolve("inuse-test-" + ProcessHandle.current().pid() + "-" + made++);
    Files.createDirectory(directory);
  }

  /** A descriptor of its directory, which has to be closed. */
  public int open(SystemCalls calls) {
    return calls.open(AT_FDCWD, Bytes.of(directory.toString()), O_RDONLY | O_CLOEXEC);
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /** A Python program that is in this group before its first line. */
  public Process python(String... program) throws IOException {
    return builder(program).start();
  }

  /** The same in a network namespace of its own, whose output goes into a file. */
  public Process pythonApart(Path output, String... program) throws IOException {
    String apart = "ip link set lo up && exec python3 -u -c \"$0\"";
    List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-c", apart));
    command.add(joining(program));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private String joining(String... program) {
    String join = "open('" + directory + "/cgroup.procs', 'w').write('0')\n";
    return join + String.join("\n", program);
  }

  private ProcessBuilder builder(String... program) {
    return new ProcessBuilder(List.of("python3", "-u", "-c", joining(program)))
        .redirectErrorStream(true);
  }

  /** Runs it to its end; what it printed. */
  public String run(String... program) throws IOException, InterruptedException {
    Process python = python(program);
    String output = new String(python.getInputStream().readAllBytes(), UTF_8);
    python.waitFor();
    return output.strip();
  }

  @Override
  public void close() throws IOException {
    Files.delete(directory);
  }
}
