package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.S_ISUID;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.Unparsable;
import java.util.Optional;

/**
 * Whose word a process is: its name, arguments, environment and working directory are those of the
 * user it runs as. A process of root counts as root's word only if it runs a file of root's, and
 * not one that any user may start as root: its name and arguments would be that user's.
 */
public final class ProcessSpeaker {
  private static final String MOUNTS = "/ns/mnt";

  private final SystemCalls calls;
  private final Proc proc;
  private final UserNames users;
  private final RootFiles files;

  public ProcessSpeaker(Host host, UserNames users) {
    calls = host.calls();
    proc = host.proc();
    this.users = users;
    files = new RootFiles(calls, users);
  }

  /**
   * A process as the kernel tells of it.
   *
   * @param program the name of the file that it runs; empty where this user may not see it
   * @param ofRoot whether nobody but root can change or rename that file
   */
  public record Told(Speaker speaker, Optional<String> program, boolean ofRoot) {
    /**
     * Whose word it is that it is the program that it seems to be. Another user's is nobody's,
     * where that user may have made the file: nobody is told what a process merely calls itself.
     */
    public Speaker ofProgram(Speaker asker) {
      return ofRoot || program.isEmpty() || speaker.equals(asker) ? speaker : Speaker.ANYBODY;
    }

    /** Whether it runs a program of that name, or may: its file cannot be seen. */
    public boolean mayRun(String name) {
      return program.isEmpty() || program.get().equals(name);
    }
  }

  /** What the kernel tells of that process, nothing where it has ended. */
  public Told of(Pid pid) {
    String exe = "/proc/" + pid + "/exe";
    CallResult<String> link = proc.link(exe);
    Optional<FileStatus> file =
        FileStatus.follow(calls, Bytes.of(exe))
                instanceof CallResult.Ok<FileStatus>(FileStatus status)
            ? Optional.of(status)
            : Optional.empty();
    return switch (link) {
      case CallResult.Failed<String>(var why) -> {
        // An ordinary user may not see what root runs, and acts on none of it.
        boolean hidden = why.errno().isDenied() && calls.getEffectiveUid() != 0;
        yield new Told(speaker(pid, hidden), Optional.empty(), false);
      }
      case CallResult.Ok<String>(String path) -> {
        Untrusted program = new Untrusted(path).withoutDeleted();
        boolean roots = file.filter(one -> isRoots(pid, path, program, one)).isPresent();
        boolean anybodyMayStartIt = file.filter(one -> (one.mode() & S_ISUID) == 0).isEmpty();
        yield new Told(
            speaker(pid, roots && !anybodyMayStartIt),
            Optional.of(program.baseName().bytes()),
            roots);
      }
    };
  }

  private Speaker speaker(Pid pid, boolean rootsWord) {
    try {
      return ProcessStatus.read(proc, pid.number())
                  instanceof CallResult.Ok<ProcessStatus>(ProcessStatus status)
              && status.isOneUsers()
          ? speaker(users.uid(status.effectiveUid()), rootsWord)
          : Speaker.ANYBODY;
    } catch (Unparsable broken) {
      return Speaker.ANYBODY;
    }
  }

  private static Speaker speaker(Uid uid, boolean rootsWord) {
    return uid.equals(Uid.ROOT) && !rootsWord ? Speaker.ANYBODY : Speaker.of(uid);
  }

  /**
   * Whether the file is root's, and its name. A process may see other files than we do at the same
   * path, in a container say, so it has to be the same file here; where it was replaced since, as
   * by an upgrade, the directory decides, if the process sees the directories that we see.
   */
  private boolean isRoots(Pid pid, String path, Untrusted program, FileStatus file) {
    if (!users.uid(file.uid()).equals(Uid.ROOT) || RootFiles.isOpen(file)) {
      return false;
    }
    if (files.isSame(path, file)) {
      return files.isRoots(path);
    }
    String name = program.bytes();
    return name.length() < path.length()
        && files.isRoots(name.substring(0, Math.max(0, name.lastIndexOf('/'))))
        && seesOurFiles(pid);
  }

  private boolean seesOurFiles(Pid pid) {
    return proc.link("/proc/self" + MOUNTS) instanceof CallResult.Ok<String>(String ours)
        && proc.link("/proc/" + pid + MOUNTS) instanceof CallResult.Ok<String>(String its)
        && ours.equals(its);
  }
}
