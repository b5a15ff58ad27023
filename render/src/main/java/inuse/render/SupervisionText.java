package inuse.render;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Unit;

/** What is in charge of a process, as the last part of its description. */
final class SupervisionText {
  private SupervisionText() {}

  static String of(Holder holder) {
    StringBuilder words = new StringBuilder();
    holder.unit().ifPresent(unit -> words.append(", unit ").append(unit(unit)));
    holder.supervision().processManager().ifPresent(one -> words.append(overseer(one)));
    holder
        .container()
        .or(() -> holder.supervision().proxy().flatMap(PortProxy::container))
        .ifPresent(container -> words.append(", ").append(container(container)));
    return words.toString();
  }

  private static String unit(Unit unit) {
    String again =
        unit.details()
            .filter(details -> !details.restart().equals("no"))
            .map(details ->
                " (Restart="
                    + details.restart()
                    + (details.restarts() > 0 ? ", restarted " + details.restarts() + " times" : "")
                    + ")")
            .orElse("");
    return unit.name() + again;
  }

  private static String overseer(ProcessManager processManager) {
    String name = processManager.name().map(one -> " (" + one + ")").orElse("");
    return switch (processManager.kind()) {
      case PM2, SUPERVISORD, RUNIT, S6, NODEMON ->
          ", kept by " + processManager.kind().word() + name + ", which starts it again";
      case TMUX, SCREEN ->
          ", in " + processManager.kind().word() + " (" + processManager.pid() + ")";
      case SSH -> ", in an ssh session";
      case IDE -> ", started from an IDE (" + processManager.pid() + ")";
      case AGENT -> ", started by a coding agent (" + processManager.pid() + ")";
    };
  }

  private static String container(Container container) {
    String image =
        container
            .details()
            .flatMap(Container.Details::image)
            .map(one -> " of " + Escape.text(one))
            .orElse("");
    String pod = container.pod().map(uid -> ", pod " + uid).orElse("");
    return container.engine().word() + " container " + container.shortName() + image + pod;
  }
}
