package inuse.core.fix;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Late;
import inuse.core.evidence.Login;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Callers: pid 5000 in the session of shell 4000, which is a child of terminal 3000. */
final class Selves {
  static final Caller ALICE = of(1000);
  static final Caller ROOT = of(0);

  private Selves() {}

  static Caller of(long uid) {
    return new Caller(
        new Pid(5000),
        new Uid(uid),
        Late.of(Optional.of(new Uid(uid))),
        List.of(
            new Ancestor(new Pid(4500), new Untrusted("make")),
            new Ancestor(new Pid(4000), new Untrusted("bash")),
            new Ancestor(new Pid(3000), new Untrusted("xterm")),
            new Ancestor(new Pid(1), new Untrusted("systemd"))),
        Optional.of(new Pid(3900)),
        Reading.known(new Untrusted("/system.slice/ours.service")),
        Login.UNKNOWN,
        Optional.empty(),
        Reading.known(true));
  }

  /** One before whom lies the /proc of another pid namespace, or one that may be. */
  static Caller before(Reading<Boolean> ownPids) {
    return new Caller(
        ROOT.pid(),
        ROOT.uid(),
        ROOT.person(),
        ROOT.ancestry(),
        ROOT.session(),
        ROOT.cgroup(),
        ROOT.login(),
        ROOT.runSupervisor(),
        ownPids);
  }

  /** One in whose environment that port of this host is said to be the way in. */
  static Caller throughSsh(int port) {
    return through(new Login(Set.of(), false, Set.of(new Port(port))));
  }

  /** One who is below an sshd, or whose login comes through these processes. */
  static Caller bySsh(int... way) {
    Set<Pid> pids = Arrays.stream(way).mapToObj(Pid::new).collect(Collectors.toSet());
    return through(new Login(pids, true, Set.of()));
  }

  static Caller through(Login login) {
    return root(ROOT.person().get(), ROOT.cgroup(), login, Optional.empty());
  }

  static Caller inGroup(String path) {
    return root(
        ROOT.person().get(), Reading.known(new Untrusted(path)), Login.UNKNOWN, Optional.empty());
  }

  /** One who acts for the run of that supervisor. */
  static Caller forRunOf(int supervisor) {
    return root(
        ROOT.person().get(), ROOT.cgroup(), Login.UNKNOWN, Optional.of(new Pid(supervisor)));
  }

  /** Root on behalf of that user; none where that is not clear. */
  static Caller behindSudo(Optional<Uid> person) {
    return root(person, ROOT.cgroup(), Login.UNKNOWN, Optional.empty());
  }

  private static Caller root(
      Optional<Uid> person, Reading<Untrusted> cgroup, Login login, Optional<Pid> supervisor) {
    return new Caller(
        ROOT.pid(),
        ROOT.uid(),
        Late.of(person),
        ROOT.ancestry(),
        ROOT.session(),
        cgroup,
        login,
        supervisor,
        ROOT.seesOwnPids());
  }
}
