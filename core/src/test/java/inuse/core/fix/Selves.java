package inuse.core.fix;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/** Callers: pid 5000 in the session of shell 4000, which is a child of terminal 3000. */
final class Selves {
  static final Caller ALICE = of(1000);
  static final Caller ROOT = of(0);

  private Selves() {}

  static Caller of(long uid) {
    return new Caller(
        new Pid(5000),
        new Uid(uid),
        List.of(
            new Ancestor(new Pid(4500), new Untrusted("make")),
            new Ancestor(new Pid(4000), new Untrusted("bash")),
            new Ancestor(new Pid(3000), new Untrusted("xterm")),
            new Ancestor(new Pid(1), new Untrusted("systemd"))),
        Optional.of(new Pid(3900)),
        Reading.known(new Untrusted("/system.slice/ours.service")),
        Optional.empty(),
        Optional.empty(),
        Reading.known(true));
  }

  /** One before whom lies the /proc of another pid namespace, or one that may be. */
  static Caller before(Reading<Boolean> ownPids) {
    return new Caller(
        ROOT.pid(),
        ROOT.uid(),
        ROOT.ancestry(),
        ROOT.session(),
        ROOT.cgroup(),
        ROOT.sshPort(),
        ROOT.runSupervisor(),
        ownPids);
  }

  /** One whose login came in by that port of this host. */
  static Caller throughSsh(int port) {
    return root(ROOT.cgroup(), Optional.of(new Port(port)), Optional.empty());
  }

  static Caller inGroup(String path) {
    return root(Reading.known(new Untrusted(path)), ROOT.sshPort(), Optional.empty());
  }

  /** One who acts for the run of that supervisor. */
  static Caller forRunOf(int supervisor) {
    return root(ROOT.cgroup(), ROOT.sshPort(), Optional.of(new Pid(supervisor)));
  }

  private static Caller root(
      Reading<Untrusted> cgroup, Optional<Port> sshPort, Optional<Pid> supervisor) {
    return new Caller(
        ROOT.pid(),
        ROOT.uid(),
        ROOT.ancestry(),
        ROOT.session(),
        cgroup,
        sshPort,
        supervisor,
        ROOT.seesOwnPids());
  }
}
