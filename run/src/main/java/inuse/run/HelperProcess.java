package inuse.run;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;

import inuse.core.evidence.Caller;
import inuse.core.evidence.OwnRun;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.run.process.TaskRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Starts the second inuse that a {@link HelperCommand} is for; its output is our errors. */
public final class HelperProcess {
  /** The variable that names the descriptor of a report. */
  public static final String REPORT = "INUSE_REPORT";

  private static final int STANDARD_DESCRIPTORS = 3;

  /** The descriptor of a report, behind the standard ones. */
  static final int REPORT_DESCRIPTOR = STANDARD_DESCRIPTORS;

  private final SystemCalls calls;
  private final List<String> environment;

  public HelperProcess(Host host, List<String> environment) {
    calls = host.calls();
    this.environment = List.copyOf(environment);
  }

  /**
   * Starts one that applies the policy: its pid, which ends when the bind may go on.
   *
   * @param binder the thread that binds
   * @param rights of the task for which it acts
   * @param report that it adds to
   */
  public int resolve(
      HelperCommand command, int binder, TaskRights rights, Optional<ReportFile> report) {
    int nothing = calls.open(AT_FDCWD, Bytes.of("/dev/null"), O_RDWR | O_CLOEXEC);
    int pid = start(command, OptionalInt.of(binder), rights, nothing, report);
    calls.close(nothing);
    return pid;
  }

  /**
   * Starts one that lends the listener that is there: a line to it, or a negative number.
   *
   * @param rights of the task for which it acts
   */
  public int lend(HelperCommand command, TaskRights rights) {
    int[] ends = new int[2];
    if (calls.socketPair(ends, SOCK_SEQPACKET | SOCK_CLOEXEC) < 0) {
      return -1;
    }
    start(command, OptionalInt.empty(), rights, ends[1], Optional.empty());
    calls.close(ends[1]);
    return ends[0];
  }

  private int start(
      HelperCommand command,
      OptionalInt binder,
      TaskRights rights,
      int input,
      Optional<ReportFile> report) {
    List<String> variables = new ArrayList<>(environment);
    variables.removeIf(one ->
        one.startsWith(Caller.SUPERVISOR_VARIABLE + "=")
            || one.startsWith(OwnRun.BINDER_VARIABLE + "=")
            || one.startsWith(REPORT + "=")
            || one.startsWith(TaskRights.VARIABLE + "="));
    report.ifPresent(file -> variables.add(REPORT + "=" + REPORT_DESCRIPTOR));
    variables.add(TaskRights.VARIABLE + "=" + rights.text());
    variables.add(Caller.SUPERVISOR_VARIABLE + "=" + calls.getPid());
    binder.ifPresent(thread -> variables.add(OwnRun.BINDER_VARIABLE + "=" + thread));
    int errors = calls.fileControl(2, F_DUPFD_CLOEXEC, STANDARD_DESCRIPTORS);
    // Each has to be larger than its index.
    int rows =
        report
            .map(file ->
                calls.fileControl(file.descriptor(), F_DUPFD_CLOEXEC, REPORT_DESCRIPTOR + 1))
            .orElse(-1);
    int[] descriptors =
        rows < 0 ? new int[] {input, errors, errors} : new int[] {input, errors, errors, rows};
    int pid =
        calls.spawn(
            Bytes.of("/proc/self/exe"),
            Bytes.each(command.words()),
            Bytes.each(variables),
            descriptors);
    calls.close(errors);
    if (rows >= 0) {
      calls.close(rows);
    }
    return pid;
  }
}
