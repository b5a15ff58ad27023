package inuse.render;

import inuse.core.evidence.Container;
import inuse.core.evidence.Forwarder;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Overseer;
import inuse.core.evidence.Unit;

/** Those in charge of a process, in a few words behind the others about it. */
final class Keeper {
  private static final int SHORT_ID = 12;

  private Keeper() {}

  static String of(Holder holder) {
    StringBuilder words = new StringBuilder();
    holder.supervisor().ifPresent(unit -> words.append(", unit ").append(unit(unit)));
    holder.charge().overseer().ifPresent(one -> words.append(overseer(one)));
    holder
        .container()
        .or(() -> holder.charge().forwarder().flatMap(Forwarder::container))
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

  private static String overseer(Overseer overseer) {
    String name = overseer.name().map(one -> " (" + one + ")").orElse("");
    return switch (overseer.kind()) {
      case PM2, SUPERVISORD, RUNIT, S6, NODEMON ->
          ", kept by " + overseer.kind().word() + name + ", which starts it again";
      case TMUX, SCREEN -> ", in " + overseer.kind().word() + " (" + overseer.pid() + ")";
      case SSH -> ", in an ssh session";
      case IDE -> ", started from an IDE (" + overseer.pid() + ")";
      case AGENT -> ", started by a coding agent (" + overseer.pid() + ")";
    };
  }

  private static String container(Container container) {
    String id = container.id().substring(0, SHORT_ID);
    String name = container.details().flatMap(Container.Details::name).orElse(id);
    String image =
        container
            .details()
            .flatMap(Container.Details::image)
            .map(one -> " of " + Escape.text(one))
            .orElse("");
    String pod = container.pod().map(uid -> ", pod " + uid).orElse("");
    return container.engine().word() + " container " + name + image + pod;
  }
}
