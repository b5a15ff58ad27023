package inuse.core.explain.causes;

import inuse.core.evidence.PathState;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemoveFile;
import inuse.core.explain.text.Phrases;
import java.util.List;

/**
 * The file of a unix socket that no longer exists.
 *
 * <p>Also: stale socket, unix socket
 *
 * <h2>What it is</h2>
 *
 * A server bound the path and ended without removing the file, as after kill -9 or a crash. No
 * socket, of any network namespace, is bound to the file any more.
 *
 * <h2>Why bind fails</h2>
 *
 * bind(2) makes the file, and fails with EADDRINUSE where one exists, whatever it is. Closing a
 * socket does not remove its file. SO_REUSEADDR has no effect on a unix socket.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -xa} shows no socket of that path, and a connection of any type is refused. Only both
 * together are proof.
 *
 * <h2>What to do</h2>
 *
 * Remove the file and start the server. Let the server, or its unit, remove it next time: {@code
 * RuntimeDirectory=} gives it a directory that is emptied, and socket activation the socket.
 *
 * <h2>What not to do</h2>
 *
 * No script that removes the file before each start without looking: it takes the file from a
 * server that still runs, which then is alive and cannot be reached.
 *
 * <h2>Source</h2>
 *
 * unix(7); unix_bind_bsd() and unix_find_bsd(), net/unix/af_unix.c.
 */
public record StaleSocketFile(UnixTarget.Path path, PathState.Found file, UnixSnapshot snapshot)
    implements Cause {
  @Override
  public String id() {
    return "stale-socket-file";
  }

  @Override
  public Phrase summary() {
    return Phrase.of("a server of ")
        .then(Phrases.account(file.owner()))
        .then(" that is gone left the socket file behind");
  }

  @Override
  public Phrase why() {
    Phrase rule =
        Phrase.of(
            "bind makes the socket's file and refuses one that exists; no socket is bound to this"
                + " one");
    return snapshot.connections() == 0
        ? rule
        : rule.then("; ")
            .then(Phrases.count(snapshot.connections(), "connection", "connections"))
            .then(" that it had accepted lives on");
  }

  @Override
  public List<Remedy> remedies() {
    return List.of(
        RemoveFile.of(
            snapshot,
            path,
            !file.removable(),
            Phrase.of("removes the file, which no process serves")));
  }
}
