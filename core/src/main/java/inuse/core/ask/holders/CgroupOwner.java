package inuse.core.ask.holders;

import inuse.core.evidence.Container;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.List;
import java.util.Optional;

/** The unit or container that owns a control group, from the group's path. */
public final class CgroupOwner {
  private static final int UUID = 36;

  /** Pods from a node's own files are named by a hash. */
  private static final int STATIC_POD_UID = 32;

  private static final String SERVICE = ".service";

  private CgroupOwner() {}

  /** How an engine names the group of a container. */
  private record Naming(String prefix, Container.Engine engine) {}

  private static final List<Naming> NAMINGS =
      List.of(
          new Naming("docker-", Container.Engine.DOCKER),
          new Naming("libpod-", Container.Engine.PODMAN),
          new Naming("cri-containerd-", Container.Engine.CONTAINERD),
          new Naming("crio-", Container.Engine.CRIO));

  /** The container in whose control group a process is. */
  public static Optional<Container> container(Proc proc, Pid pid) {
    try {
      return Cgroup2.read(proc, pid.number()) instanceof CallResult.Ok<String>(String path)
          ? container(path)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  /** The container whose control group is in the path. */
  public static Optional<Container> container(String path) {
    String parent = "";
    for (String name : Fields.split(path, '/')) {
      String bare = name.endsWith(".scope") ? name.substring(0, name.length() - 6) : name;
      for (Naming naming : NAMINGS) {
        if (bare.startsWith(naming.prefix)
            && Container.isId(bare.substring(naming.prefix.length()))) {
          String id = bare.substring(naming.prefix.length());
          return Optional.of(new Container(naming.engine, id, pod(path), Optional.empty()));
        }
      }
      if (parent.equals("docker") && Container.isId(name)) {
        return Optional.of(new Container(Container.Engine.DOCKER, name));
      }
      if (parent.startsWith("pod") && Container.isId(name) && pod(path).isPresent()) {
        return Optional.of(new Container(Container.Engine.CRI, name, pod(path), Optional.empty()));
      }
      parent = name;
    }
    return Optional.empty();
  }

  /**
   * The UID of the Kubernetes pod in the path: in {@code /kubepods/burstable/podUID}, or with
   * underscores for its dashes in {@code kubepods-burstable-podUID.slice}.
   */
  private static Optional<String> pod(String path) {
    for (String name : Fields.split(path, '/')) {
      String bare = name.endsWith(".slice") ? name.substring(0, name.length() - 6) : name;
      int at = bare.startsWith("kubepods") ? bare.lastIndexOf("-pod") + 1 : 0;
      String uid = bare.startsWith("pod", at) ? bare.substring(at + 3).replace('_', '-') : "";
      if (path.contains("kubepods") && isPodUid(uid)) {
        return Optional.of(uid);
      }
    }
    return Optional.empty();
  }

  private static boolean isPodUid(String text) {
    return (text.length() == UUID || text.length() == STATIC_POD_UID)
        && text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /**
   * The unit as systemd derives it: the first name below the slices, and again below a user's
   * manager. Services only; a session's scope should not be stopped for a port.
   */
  public static Optional<Unit> unit(String path) {
    boolean user = false;
    for (String name : Fields.split(path, '/')) {
      if (name.isEmpty() || name.endsWith(".slice")) {
        continue;
      }
      if (!user && name.startsWith("user@") && name.endsWith(SERVICE)) {
        user = true;
      } else {
        return name.endsWith(SERVICE) && isUnitName(name)
            ? Optional.of(new Unit(name, user))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The characters of systemd.unit(5); a name that starts with a dash would be an option. */
  public static boolean isUnitName(String name) {
    return !name.startsWith("-") && Untrusted.isPlain(name, ":_.@-\\");
  }
}
