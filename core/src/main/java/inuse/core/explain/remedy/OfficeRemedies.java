package inuse.core.explain.remedy;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Office;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import java.util.Optional;

/**
 * What to do about a holder that is more than a server of the port: not to end it, but to say what
 * would go down with it, and which narrow way there is.
 */
public final class OfficeRemedies {
  private static final Pid FIRST = new Pid(1);

  private OfficeRemedies() {}

  /** The advice, where it is the asker's own process or root's; another user's is none. */
  public static Optional<Trusted<Remedy>> instead(Holder holder, Uid asker) {
    if (holder.trusted(holder.container(), asker).isPresent()) {
      return Optional.empty();
    }
    if (holder.supervision().init().isPresent()) {
      return Statement.ofRoot(session()).trusted(asker, holder.user());
    }
    if (holder.pid().equals(FIRST)) {
      return Statement.ofRoot(first(holder)).trusted(asker, holder.user());
    }
    return holder
        .trusted(holder.supervision().office(), asker)
        .filter(one -> !SupervisorRemedies.isAnothers(one.actor(), asker))
        .flatMap(office -> office.part(one -> Optional.of(advice(one, holder))));
  }

  private static Remedy first(Holder holder) {
    return Remedy.advice(
        Remedy.Id.STOP_CONTAINER,
        Phrase.of(holder.command())
            .then(
                " (pid 1) is left running: all that runs here would end with it; stop or restart"
                    + " its container from outside"));
  }

  /** Its listeners are given back through their units; what else it has is a connection. */
  private static Remedy session() {
    return Remedy.advice(
        Remedy.Id.STOP_UNIT,
        Phrase.of(
            "systemd keeps this connection for a session that it started for it (Accept=yes), which"
                + " is not ended for the port: the connection ends with the session"));
  }

  private static Remedy advice(Office office, Holder holder) {
    return Remedy.advice(Remedy.Id.STOP_UNIT, said(holder, " is ", office));
  }

  /** The same of another user's process, which may call itself anything. */
  public static Phrase claim(Holder holder, Office office) {
    return said(holder, " says that it is ", office);
  }

  private static Phrase said(Holder holder, String verb, Office office) {
    return Phrase.of(holder.command())
        .then(" (pid " + holder.pid() + ")" + verb + office.words() + ": " + way(office));
  }

  private static String way(Office office) {
    return switch (office) {
      case PM2 ->
          "all its apps would end with it. Stop the one app that serves this port: pm2 list shows"
              + " them, pm2 stop NAME stops one (with the PM2_HOME of this daemon)";
      case SUPERVISORD ->
          "all its programs would end with it. The port is that of [inet_http_server] in its"
              + " configuration: take it out there, or give it another one, and restart"
              + " supervisord";
      case ENGINE ->
          "all its containers would lose it, or end with it. No container is known to have"
              + " published the port: docker ps --all and docker service ls may tell more; a port"
              + " of its API is one of its configuration";
      case IDE ->
          "its windows, terminals and extensions would end with it. Stop forwarding the port in its"
              + " Ports view, or close the window or the debugger that has it";
      case AGENT -> "its work would end with it. Let it close the port, or end its session there";
      case SSH_MASTER ->
          "all sessions and forwards over it would end with it. ssh -O cancel with the same -L, -R"
              + " or -D and the same host closes this port alone";
      case ADB ->
          "all devices' connections and forwards would end with it, and an IDE starts it again. adb"
              + " forward --list and adb forward --remove tcp:PORT close one forward; adb"
              + " kill-server ends it";
      case BROWSER ->
          "all its windows and tabs would end with it. A port of --remote-debugging-port is closed"
              + " by starting it again without that option";
      case JVM ->
          "the program would end with it. The port is closed by starting it without that option, or"
              + " with another port there";
      case LANGUAGE_SERVER ->
          "the editor would lose it, and start it again. Restart it in the editor, which closes the"
              + " port";
      case MULTIPLEXER ->
          "all sessions in it would end with it. It has inherited the socket from the program that"
              + " started it; end its sessions when they are not needed";
    };
  }
}
