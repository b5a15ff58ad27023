package inuse.render;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.rule.UnitPart;
import java.util.Optional;

/** What is in charge of a process, as the last part of its description. */
final class SupervisionText {
  private SupervisionText() {}

  /**
   * What is in charge of the holder, in the words of whoever says so where nobody acts on them.
   *
   * @param asker who may act on some of it
   */
  static String of(Holder holder, Uid asker) {
    StringBuilder words = new StringBuilder();
    holder
        .unit()
        .map(said ->
            isTrusted(holder, said, asker)
                ? ", " + part(holder, said.content()) + unit(said.content())
                : claim("calls its unit " + said.content().name(), said.speaker()))
        .ifPresent(words::append);
    holder
        .supervision()
        .processManager()
        .map(said ->
            isTrusted(holder, said, asker)
                ? overseer(said.content())
                : claim(
                    "its ancestor "
                        + said.content().pid()
                        + " calls itself "
                        + said.content().kind().word(),
                    said.speaker()))
        .ifPresent(words::append);
    holder
        .container()
        .map(said ->
            isTrusted(holder, said, asker)
                ? ", " + container(said.content())
                : claim("calls itself " + container(said.content()), said.speaker()))
        .or(() -> forwarded(holder, asker))
        .ifPresent(words::append);
    return words.toString();
  }

  private static Optional<String> forwarded(Holder holder, Uid asker) {
    return holder
        .trusted(holder.supervision().proxy(), asker)
        .flatMap(proxy -> proxy.content().container())
        .map(container -> ", " + container(container));
  }

  private static boolean isTrusted(Holder holder, Statement<?> said, Uid asker) {
    return said.trusted(asker, holder.user()).isPresent();
  }

  private static String claim(String words, Speaker speaker) {
    return ", "
        + words
        + speaker.uid().map(uid -> " (the word of uid " + uid + ")").orElse(" (unconfirmed)");
  }

  private static String part(Holder holder, Unit unit) {
    return switch (UnitPart.of(holder, unit)) {
      case OWN, UNKNOWN -> "unit ";
      case INSIDE -> "started inside unit ";
      case LEFT_OVER -> "left over from unit ";
    };
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
      case CONCURRENTLY, FOREMAN ->
          ", below "
              + processManager.kind().word()
              + " ("
              + processManager.pid()
              + "), which may end the others when it ends";
      case PM2,
          SUPERVISORD,
          RUNIT,
          S6,
          NODEMON,
          NODE_WATCH,
          TSX_WATCH,
          TS_NODE_DEV,
          ENTR,
          WATCHEXEC,
          AIR,
          CARGO_WATCH,
          AUTOSSH,
          CONCURRENTLY_RESTARTING ->
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
