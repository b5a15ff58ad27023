package inuse.core.ask;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.OwnRunLookup;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Late;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;

/**
 * Describes the calling process, which must not end itself or the unit, session or container that
 * it runs in.
 */
public final class CallerLookup {
  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;

  public CallerLookup(Host host) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
  }

  /** Looks up this process; what cannot be read is unknown or empty. */
  public Caller look() {
    UserNames users = new UserNames(proc);
    Pid pid = new Pid(calls.getPid());
    HolderFacts facts = new HolderFacts(host, users);
    List<Ancestor> ancestry = facts.ancestry(pid);
    Optional<Pid> session = facts.session(pid);
    Reading<Untrusted> cgroup = facts.cgroup(pid).map(one -> new Untrusted(one.path()));
    return new Caller(
        pid,
        users.uid(calls.getEffectiveUid()),
        new Late<>(() -> new PersonLookup(host).look(ancestry)),
        ancestry,
        session,
        cgroup,
        new LoginLookup(host)
            .look(ancestry, session, cgroup.toOptional().map(Untrusted::bytes).orElse("")),
        new OwnRunLookup(host).supervisor(),
        new ProcessNumbers(host).areOurs());
  }
}
