package inuse.core.ask.holders;

import inuse.core.evidence.Container;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The unit or container that owns a control group, from the group's path. Whose word that path is,
 * {@link CgroupStatements} tells.
 */
public final class CgroupOwner {
  private static final int UUID = 36;

  /** Pods from a node's own files are named by a hash. */
  private static final int STATIC_POD_UID = 32;

  private static final String SERVICE = ".service";
  private static final String USER_MANAGER = "user@";

  private CgroupOwner() {}

  /** How an engine names the group of a container. */
  private record Naming(String prefix, Container.Engine engine) {}

  private static final List<Naming> NAMINGS =
      List.of(
          new Naming("docker-", Container.Engine.DOCKER),
          new Naming("libpod-", Container.Engine.PODMAN),
          new Naming("cri-containerd-", Container.Engine.CONTAINERD),
          new Naming("crio-", Container.Engine.CRIO));

  /**
   * What a name in a path says.
   *
   * @param parent the group in which the group of that name was made; empty for the first one
   * @param group the group of that name
   */
  public record Named<T>(T owner, String parent, String group) {
    static <T> Optional<Named<T>> at(String path, int end, T owner) {
      String group = path.substring(0, end);
      String parent = group.substring(0, Math.max(0, group.lastIndexOf('/')));
      return Optional.of(new Named<>(owner, parent, group));
    }
  }

  /** The container whose control group is in the path. */
  public static Optional<Named<Container>> container(String path) {
    String parent = "";
    int end = -1;
    for (String name : Fields.split(path, '/')) {
      end += name.length() + 1;
      String bare = name.endsWith(".scope") ? name.substring(0, name.length() - 6) : name;
      for (Naming naming : NAMINGS) {
        if (bare.startsWith(naming.prefix)
            && Container.isId(bare.substring(naming.prefix.length()))) {
          String id = bare.substring(naming.prefix.length());
          return Named.at(
              path,
              end,
              new Container(naming.engine, id, pod(path.substring(0, end)), Optional.empty()));
        }
      }
      if (parent.equals("docker") && Container.isId(name)) {
        return Named.at(path, end, new Container(Container.Engine.DOCKER, name));
      }
      Optional<String> pod =
          parent.startsWith("pod") ? pod(path.substring(0, end)) : Optional.empty();
      if (Container.isId(name) && pod.isPresent()) {
        return Named.at(
            path, end, new Container(Container.Engine.CRI, name, pod, Optional.empty()));
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
  public static Optional<Named<Unit>> unit(String path) {
    boolean user = false;
    int end = -1;
    for (String name : Fields.split(path, '/')) {
      end += name.length() + 1;
      if (name.isEmpty() || name.endsWith(".slice")) {
        continue;
      }
      if (!user && isUserManager(name)) {
        user = true;
      } else {
        return name.endsWith(SERVICE) && isUnitName(name)
            ? Named.at(path, end, new Unit(name, user))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isUserManager(String name) {
    return name.startsWith(USER_MANAGER) && name.endsWith(SERVICE);
  }

  /** The user whose manager's group has that name, {@code user@1000.service}. */
  static Optional<Speaker> userOfManager(String name) {
    if (!isUserManager(name)) {
      return Optional.empty();
    }
    OptionalLong uid =
        Numeral.decimal(name.substring(USER_MANAGER.length(), name.length() - SERVICE.length()));
    return Optional.of(
        uid.isPresent() && uid.getAsLong() <= Uid.MAX
            ? Speaker.of(new Uid(uid.getAsLong()))
            : Speaker.ANYBODY);
  }

  /** The characters of systemd.unit(5); a name that starts with a dash would be an option. */
  public static boolean isUnitName(String name) {
    return !name.startsWith("-") && Untrusted.isPlain(name, ":_.@-\\");
  }
}
