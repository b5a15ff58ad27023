package inuse.core.explain;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.OfficeRemedies;
import inuse.core.explain.text.Note;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Programs that are often found on a port, each with its proper fix, which can be undone. A program
 * is recognised by what it is, never by the port alone.
 */
final class WellKnown {
  private WellKnown() {}

  /**
   * One such program.
   *
   * @param programs names of its executable, or of the process where that cannot be read
   * @param unit its unit, which identifies it where its process is hidden
   * @param words one of which must be an argument, or end one after a slash; empty where any
   *     arguments will do
   * @param ports where it is usual; empty for any port
   */
  private record Occupant(
      Set<String> programs,
      Optional<String> unit,
      List<String> words,
      Set<Integer> ports,
      String advice) {}

  private static Occupant service(
      Set<String> programs, String unit, Set<Integer> ports, String advice) {
    return new Occupant(programs, Optional.of(unit), List.of(), ports, advice);
  }

  private static Occupant tool(String program, List<String> words, String advice) {
    return new Occupant(Set.of(program), Optional.empty(), words, Set.of(), advice);
  }

  private static Occupant server(String program, List<String> words) {
    return tool(program, words, "is a development server");
  }

  private static final Set<Integer> WEB = Set.of(80, 443);

  private static final List<Occupant> TABLE =
      List.of(
          service(
              Set.of("systemd-resolved", "systemd-resolve"),
              "systemd-resolved.service",
              Set.of(53),
              "is systemd's DNS stub, by which the programs of this host resolve names;"
                  + " DNSStubListener=no in resolved.conf gives port 53 back without ending it"),
          service(
              Set.of("apache2"),
              "apache2.service",
              WEB,
              "is the distribution's web server, which starts at boot: systemctl disable --now"
                  + " apache2 (undo: systemctl enable --now apache2)"),
          service(
              Set.of("httpd"),
              "httpd.service",
              WEB,
              "is the distribution's web server, which starts at boot: systemctl disable --now"
                  + " httpd (undo: systemctl enable --now httpd)"),
          service(
              Set.of("nginx"),
              "nginx.service",
              WEB,
              "may be the distribution's web server, which starts at boot: systemctl disable --now"
                  + " nginx (undo: systemctl enable --now nginx), or give its site another port"),
          service(
              Set.of("cupsd"),
              "cups.service",
              Set.of(631),
              "is the printing system: systemctl disable --now cups.socket cups.path cups.service"
                  + " (undo: systemctl enable --now with the same units)"),
          service(
              Set.of("rpcbind"),
              "rpcbind.service",
              Set.of(111),
              "serves NFS and other RPC programs; where none is used: systemctl disable --now"
                  + " rpcbind.socket rpcbind.service (undo: systemctl enable --now with the same"
                  + " units)"),
          service(
              Set.of("avahi-daemon"),
              "avahi-daemon.service",
              Set.of(5353),
              "is multicast DNS, which shares the port with any socket that sets SO_REUSEADDR and"
                  + " SO_REUSEPORT as it does; otherwise systemctl disable --now"
                  + " avahi-daemon.socket avahi-daemon.service (undo: systemctl enable --now with"
                  + " the same units)"),
          service(
              Set.of("postgres", "postmaster"),
              "postgresql.service",
              Set.of(5432, 5433),
              "is PostgreSQL: systemctl stop postgresql (undo: systemctl start postgresql), or give"
                  + " one of the two another port in postgresql.conf; never kill -9 it"),
          service(
              Set.of("mysqld", "mariadbd"),
              "mariadb.service",
              Set.of(3306),
              "is the MySQL or MariaDB server: systemctl stop mysql or mariadb (undo: systemctl"
                  + " start), or give one of the two another port in my.cnf; never kill -9 it"),
          service(
              Set.of("redis-server"),
              "redis-server.service",
              Set.of(6379),
              "is Redis: systemctl stop redis-server (undo: systemctl start redis-server), or"
                  + " redis-cli shutdown where no unit runs it"),
          tool(
              "ssh",
              List.of(),
              "is an ssh tunnel (-L or -D): it ends with that ssh, or with ssh -O cancel where a"
                  + " master connection holds it"),
          tool(
              "kubectl",
              List.of("port-forward"),
              "is kubectl port-forward: Ctrl-C where it runs ends it, and the service behind it is"
                  + " not touched"),
          tool(
              "java",
              List.of("org.gradle.launcher.daemon.bootstrap.GradleDaemon"),
              "is a Gradle daemon: gradle --stop ends it, and the next build starts another"),
          tool(
              "java",
              List.of("org.mvndaemon.mvnd.client.MavenDaemon", "org.mvndaemon.mvnd.daemon.Server"),
              "is a Maven daemon: mvnd --stop ends it, and the next build starts another"));

  /** What developers start by hand. */
  private static final List<Occupant> DEVELOPMENT =
      List.of(
          server(
              "node",
              List.of(
                  "vite",
                  "vite.js",
                  "next",
                  "next-server",
                  "webpack",
                  "webpack-dev-server",
                  "react-scripts",
                  "nuxt",
                  "astro",
                  "ng",
                  "parcel",
                  "start.js")),
          server("python", List.of("http.server", "flask", "runserver", "uvicorn")),
          server("ruby", List.of("rails", "puma", "jekyll")),
          server("php", List.of("-S")));

  /** A note for every well-known program among those that hold the port. */
  static List<Note> notes(PortSnapshot snapshot) {
    int port = snapshot.target().port().number();
    List<Note> notes = new ArrayList<>();
    for (Occupant occupant : TABLE) {
      if (!occupant.ports.isEmpty() && !occupant.ports.contains(port)) {
        continue;
      }
      List<Holder> its =
          snapshot.holders().stream()
              .filter(holder -> snapshot.sockets().stream().anyMatch(holder::holds))
              .filter(holder -> is(holder, occupant))
              .toList();
      if (!its.isEmpty()) {
        notes.add(note(Phrases.holders(its), occupant));
      } else if (hiddenUnit(snapshot, occupant)) {
        notes.add(note(Phrase.of(occupant.unit.orElse("")), occupant));
      }
    }
    for (Holder holder : snapshot.holders()) {
      // What the asker's own or root's is besides, its remedy says.
      if (snapshot.sockets().stream().anyMatch(holder::holds)
          && OfficeRemedies.instead(holder, snapshot.asker()).isEmpty()) {
        holder
            .supervision()
            .office()
            .map(said -> new Note(Note.Id.WELL_KNOWN, OfficeRemedies.claim(holder, said.content())))
            .ifPresent(notes::add);
      }
      if (snapshot.sockets().stream().anyMatch(holder::holds) && isForwardedBySshd(holder)) {
        notes.add(
            new Note(
                Note.Id.WELL_KNOWN,
                Phrases.holders(List.of(holder))
                    .then(
                        " is an ssh session that asked for the port (ssh -R): it is given back"
                            + " when that session ends")));
      }
    }
    return notes;
  }

  private static Note note(Phrase who, Occupant occupant) {
    return new Note(Note.Id.WELL_KNOWN, who.then(" " + occupant.advice));
  }

  private static boolean is(Holder holder, Occupant occupant) {
    String program = holder.program().bytes();
    boolean versioned = program.startsWith("python") && occupant.programs.contains("python");
    if (!versioned && !occupant.programs.contains(program)) {
      return false;
    }
    return occupant.words.isEmpty()
        || holder.arguments().toOptional().orElse(List.of()).stream()
            .anyMatch(argument -> occupant.words.contains(argument.baseName().bytes()));
  }

  /** Whether it is a server that developers start by hand, and not one to leave running. */
  static boolean isDevelopmentServer(Holder holder) {
    return DEVELOPMENT.stream().anyMatch(one -> is(holder, one));
  }

  private static boolean hiddenUnit(PortSnapshot snapshot, Occupant occupant) {
    for (BoundSocket socket : snapshot.sockets()) {
      String unit =
          socket.cgroup().toOptional().map(Untrusted::baseName).map(Untrusted::bytes).orElse("");
      if (occupant.unit.equals(Optional.of(unit)) && snapshot.holdersOf(socket).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The part of sshd(8) that serves one session; the server itself has no sshd above it. */
  private static boolean isForwardedBySshd(Holder holder) {
    return isSshd(holder.program().bytes())
        && holder.ancestry().stream()
            .map(Ancestor::command)
            .map(Untrusted::bytes)
            .anyMatch(WellKnown::isSshd);
  }

  private static boolean isSshd(String program) {
    return program.equals("sshd") || program.equals("sshd-session");
  }
}
