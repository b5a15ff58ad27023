package inuse.render;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Container;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.ProcessManager;
import inuse.core.list.Keeper;
import inuse.core.list.Row;
import java.util.List;
import java.util.Optional;

/** Who keeps a row, in a few words. */
final class KeeperText {
  private static final int INIT = 1;

  private KeeperText() {}

  static String of(Row row) {
    return switch (row.keeper()) {
      case Keeper.Service service -> claimed(service.name(), service.sure());
      case Keeper.SocketUnits(List<String> units, List<String> services) ->
          units.isEmpty() ? "systemd" : String.join(" ", units);
      case Keeper.InContainer inside -> claimed(container(inside), inside.sure());
      case Keeper.Overseer(ProcessManager manager, boolean sure) ->
          claimed(manager.kind().word() + manager.name().map(name -> " " + name).orElse(""), sure);
      case Keeper.Itself itself -> itself.office().words();
      case Keeper.Kernel(List<KernelUser> users) ->
          users.stream()
              .findFirst()
              .map(one -> one.subsystem() + (one.proven() ? "" : "?"))
              .orElse("the kernel");
      case Keeper.LeftOver leftOver -> "left over";
      case Keeper.Nobody(boolean adopted) ->
          adopted ? "a daemon, or left over" : parent(row).orElse("a daemon");
      case Keeper.Hidden hidden -> "hidden";
    };
  }

  private static String claimed(String name, boolean sure) {
    return sure ? name : "says " + name;
  }

  private static String container(Keeper.InContainer inside) {
    String name =
        inside
            .service()
            .map(service -> "service " + service)
            .or(() -> inside.container().map(Container::shortName))
            .orElse("a container");
    String made =
        inside
            .container()
            .flatMap(Container::project)
            .map(project -> "compose " + (isOf(name, project) ? "" : project + " "))
            .orElse(inside.engine().word() + " ");
    return made + name + (inside.left() ? ", left behind" : "");
  }

  /** Whether a container's name tells its project, as Compose makes names. */
  private static boolean isOf(String name, String project) {
    return name.startsWith(project + "-") || name.startsWith(project + "_");
  }

  /** What started it and is still there. */
  private static Optional<String> parent(Row row) {
    return row.holder()
        .flatMap(one -> one.ancestry().stream().findFirst())
        .filter(one -> one.pid().number() != INIT)
        .map(Ancestor::command)
        .map(name -> "by " + Escape.text(name));
  }
}
