package inuse.core.ask.holders;

import inuse.core.evidence.Container;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.Optional;

/**
 * What control groups say of units and containers, and whose word it is. The kernel keeps the path
 * of a group, and whoever owns a directory in it chose the names below: a group that was delegated
 * to a user (cgroups(7)) is that user's word from there on.
 */
public final class CgroupStatements {
  private final SystemCalls calls;
  private final Proc proc;
  private final UserNames users;
  private Optional<String> mounts = Optional.empty();

  public CgroupStatements(Host host, UserNames users) {
    calls = host.calls();
    proc = host.proc();
    this.users = users;
  }

  /** The container whose group that group is, or is below. */
  public Optional<Statement<Container>> container(Cgroup2.Group group) {
    return CgroupOwner.container(group.path()).map(named -> said(group.hierarchy(), named));
  }

  /** The service whose group that group is, or is below. */
  public Optional<Statement<Unit>> unit(Cgroup2.Group group) {
    return CgroupOwner.unit(group.path()).map(named -> said(group.hierarchy(), named));
  }

  /** The container in whose group a process is. */
  public Optional<Statement<Container>> container(int pid) {
    try {
      return Cgroup2.read(proc, pid) instanceof CallResult.Ok<Cgroup2.Group>(var group)
          ? container(group)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  /**
   * What the group of a socket says, which is of cgroup v2.
   *
   * @param path whose last name it is
   */
  public Statement<String> name(String path) {
    int end = Math.max(0, path.lastIndexOf('/'));
    return new Statement<>(path.substring(end + 1), speaker("", path.substring(0, end)));
  }

  private <T> Statement<T> said(String hierarchy, CgroupOwner.Named<T> named) {
    return new Statement<>(named.owner(), speaker(hierarchy, named.parent()));
  }

  /** Who may make a group in that one, and so choose its name. */
  private Speaker speaker(String hierarchy, String parent) {
    Optional<String> mount = mount(hierarchy);
    // A path with ".." leads out of our cgroup namespace, where we see no directory.
    if (mount.isEmpty() || parent.contains("/..")) {
      return Speaker.ANYBODY;
    }
    StringBuilder directory = new StringBuilder(mount.get());
    Speaker speaker = owner(directory.toString());
    for (String name : Fields.split(parent, '/')) {
      if (!speaker.equals(Speaker.ROOT)) {
        return speaker;
      }
      if (!name.isEmpty()) {
        directory.append('/').append(name);
        speaker =
            CgroupOwner.userOfManager(name)
                .filter(user -> !user.equals(Speaker.ROOT))
                .orElse(owner(directory.toString()));
      }
    }
    return speaker;
  }

  private Speaker owner(String directory) {
    if (!(FileStatus.read(calls, Bytes.of(directory))
        instanceof CallResult.Ok<FileStatus>(FileStatus status))) {
      return Speaker.ANYBODY;
    }
    Uid owner = users.uid(status.uid());
    return RootFiles.isOpen(status) ? Speaker.ANYBODY : Speaker.of(owner);
  }

  private Optional<String> mount(String hierarchy) {
    if (mounts.isEmpty()) {
      mounts =
          Optional.of(
              proc.text("/proc/self/mountinfo") instanceof CallResult.Ok<String>(String text)
                  ? text
                  : "");
    }
    return Cgroup2.mountPoint(mounts.get(), hierarchy);
  }
}
