package inuse.record;

import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_DAC_READ_SEARCH;
import static inuse.kernel.abi.Constants.CAP_NET_ADMIN;
import static inuse.kernel.abi.Constants.CAP_NET_BIND_SERVICE;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static inuse.kernel.abi.Constants.PR_SET_NO_NEW_PRIVS;
import static inuse.kernel.abi.Constants.SIGCHLD;
import static inuse.kernel.abi.Constants.SIGHUP;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGQUIT;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SI_KERNEL;
import static inuse.kernel.abi.Constants.WEXITED;
import static inuse.kernel.abi.Constants.WNOHANG;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Capabilities;
import inuse.kernel.ChildChange;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.List;
import java.util.Optional;

/** Lets a recorder look when there is something, until a signal or the end of a command. */
public final class RecordLoop {
  /*
   * capabilities(7), and what each is for:
   *
   *   CAP_BPF, CAP_NET_ADMIN  the programs, and what they keep
   *   CAP_SYS_PTRACE          directories and open files of others
   *   CAP_DAC_READ_SEARCH     the same, of a process whose /proc is closed
   *   CAP_PERFMON             the search for holders on a crowded host
   *   CAP_NET_BIND_SERVICE    the bind of a privileged port that proves a diagnosis
   */
  private static final long KEPT =
      1L << CAP_BPF
          | 1L << CAP_NET_ADMIN
          | 1L << CAP_SYS_PTRACE
          | 1L << CAP_DAC_READ_SEARCH
          | 1L << CAP_PERFMON
          | 1L << CAP_NET_BIND_SERVICE;

  /** sizeof(struct signalfd_siginfo), and where its ssi_code is. */
  private static final int SIGNAL_BYTES = 128;

  private static final int SIGNAL_CODE_AT = 8;

  private final SystemCalls calls;
  private final Recorder recorder;
  private int command = -1;
  private boolean ended;
  private int status;

  public RecordLoop(Host host, Recorder recorder) {
    calls = host.calls();
    this.recorder = recorder;
  }

  /**
   * What is started and recorded.
   *
   * @param path of the program
   * @param arguments its name first, one char for each byte
   */
  public record Started(String path, List<String> arguments, List<String> environment) {
    public Started {
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
    }
  }

  /** Gives up for good what a recorder does not need once it has begun. */
  public static void keepOnly(Host host) {
    host.calls().control(PR_SET_NO_NEW_PRIVS, 1);
    if (Capabilities.read(host.calls()) instanceof CallResult.Ok<Capabilities>(var ours)) {
      // Where that is refused it is as it was.
      var _ = ours.within(KEPT).set(host.calls());
    }
  }

  /** Records until SIGTERM, SIGINT or SIGHUP. */
  public void untilSignal() {
    int signals = calls.signalDescriptor(SIGTERM, SIGINT, SIGHUP);
    while (!ended) {
      await(signals);
    }
  }

  /**
   * Starts a command in a control group, and records until it ends.
   *
   * @return its status, 128 and the number of the signal that ended it, or a negated errno where it
   *     was not started
   */
  public int untilEnd(Started what, CommandGroup group) {
    int signals = calls.signalDescriptor(SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT);
    Optional<Errno> refused = group.enter();
    if (refused.isPresent()) {
      return -refused.get().code();
    }
    int pid = start(what);
    group.leave();
    if (pid < 0) {
      return pid;
    }
    command = calls.pidfdOpen(pid, 0);
    while (!ended) {
      await(signals);
      reap();
    }
    calls.close(command);
    return status;
  }

  private int start(Started what) {
    byte[] path = Bytes.of(what.path);
    List<byte[]> arguments = Bytes.each(what.arguments);
    List<byte[]> environment = Bytes.each(what.environment);
    int pid =
        calls.launch(path, arguments, environment, new int[0], false, new byte[0], new int[] {-1});
    return pid == -Errno.ENOSYS.code() ? calls.spawn(path, arguments, environment) : pid;
  }

  private void await(int signals) {
    int kernel = recorder.descriptor().orElse(-1);
    int[] fds = {signals, kernel, command};
    int[] events = new int[fds.length];
    int count = 0;
    for (int fd : fds) {
      if (fd >= 0) {
        fds[count++] = fd;
      }
    }
    int[] watched = new int[count];
    System.arraycopy(fds, 0, watched, 0, count);
    calls.awaitInputs(watched, events, recorder.dueIn());
    byte[] signal = new byte[SIGNAL_BYTES];
    while (signals >= 0 && calls.read(signals, signal) == SIGNAL_BYTES) {
      heard(Bytes.getInt(signal, 0), Bytes.getInt(signal, SIGNAL_CODE_AT));
    }
    recorder.look();
  }

  private void heard(int signal, int code) {
    if (signal == SIGCHLD) {
      return;
    }
    if (command < 0) {
      ended = true;
    } else if (code != SI_KERNEL) {
      // One from the terminal has reached the command as well.
      calls.pidfdSendSignal(command, signal);
    }
  }

  private void reap() {
    byte[] siginfo = new byte[ChildChange.BYTES];
    if (calls.waitFor(command, siginfo, WNOHANG | WEXITED) >= 0) {
      ChildChange.of(siginfo)
          .ifPresent(change -> {
            status = change.hasExited() ? change.value() : 128 + change.value();
            ended = true;
          });
    } else {
      ended = true;
    }
  }
}
