package inuse.core.fix;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Self;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds who asks: pid 4242 of root, nobody's child, unless said otherwise. */
final class SelfBuilder {
  private long uid;
  private final List<Ancestor> ancestry = new ArrayList<>();
  private Optional<Pid> session = Optional.empty();
  private Reading<Untrusted> cgroup = Reading.unknown(Reading.Why.UNSUPPORTED);
  private Optional<Port> sshPort = Optional.empty();

  static SelfBuilder root() {
    return new SelfBuilder();
  }

  static SelfBuilder user(long uid) {
    SelfBuilder builder = new SelfBuilder();
    builder.uid = uid;
    return builder;
  }

  SelfBuilder below(int... pids) {
    for (int pid : pids) {
      ancestry.add(new Ancestor(new Pid(pid), new Untrusted("parent")));
    }
    return this;
  }

  SelfBuilder session(int leader) {
    session = Optional.of(new Pid(leader));
    return this;
  }

  SelfBuilder cgroup(String path) {
    cgroup = Reading.known(new Untrusted(path));
    return this;
  }

  SelfBuilder cameInBySsh(int port) {
    sshPort = Optional.of(new Port(port));
    return this;
  }

  Self build() {
    return new Self(new Pid(4242), new Uid(uid), ancestry, session, cgroup, sshPort);
  }
}
