package inuse.core.ask.holders;

import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Pid;
import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.Unparsable;
import java.util.List;
import java.util.Optional;

/** Looks up the run for which a supervisor started this process. */
public final class OwnRunLookup {
  private final Host host;
  private final Environment environment;

  public OwnRunLookup(Host host) {
    this.host = host;
    environment = Environment.own(host);
  }

  /** The run; empty where no supervisor started this process. */
  public Optional<OwnRun> look() {
    return supervisor()
        .map(pid -> new OwnRun(pid, number(OwnRun.BINDER_VARIABLE).flatMap(this::process)));
  }

  /** The pid of the supervisor that started this process. */
  public Optional<Pid> supervisor() {
    return number(Caller.SUPERVISOR_VARIABLE);
  }

  private Optional<Pid> number(String variable) {
    return environment
        .value(variable)
        .map(Numeral::decimal)
        .filter(number ->
            number.isPresent() && number.getAsLong() > 0 && number.getAsLong() <= Integer.MAX_VALUE)
        .map(number -> new Pid((int) number.getAsLong()));
  }

  /** The process of a thread. */
  private Optional<Holder> process(Pid thread) {
    try {
      return ProcessStatus.read(host.proc(), thread.number())
              instanceof CallResult.Ok<ProcessStatus>(ProcessStatus status)
          ? new HolderFacts(host, new UserNames(host.proc()))
              .read(new Pid(status.threadGroup()), List.of(), List.of())
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}
