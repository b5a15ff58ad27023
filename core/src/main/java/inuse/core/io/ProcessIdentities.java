package inuse.core.io;

import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.Optional;

/** Which process has a pid now. */
public final class ProcessIdentities {
  private final Proc proc;

  public ProcessIdentities(Host host) {
    proc = host.proc();
  }

  /** The process with that pid; empty where none has it, or it cannot be seen. */
  public Optional<ProcessIdentity> of(Pid pid) {
    try {
      return Readings.reading(
              ProcessStat.read(proc, pid.number()),
              stat -> new ProcessIdentity(pid, stat.startTicks()))
          .toOptional();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}
