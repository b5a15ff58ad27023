package inuse.core.explain.causes;

import inuse.core.evidence.PathState;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemoveFile;
import inuse.core.explain.text.Phrases;
import inuse.core.explain.text.UnixPhrases;
import java.util.List;
import java.util.stream.Stream;

/**
 * The file of a unix socket that a process still has.
 *
 * <h2>What it is</h2>
 *
 * A socket is bound to the file: it listens, receives datagrams, or was bound and not yet listened
 * on. The file may have been renamed since, and the process may be in another network namespace:
 * the file system does not care.
 *
 * <h2>Why bind fails</h2>
 *
 * bind(2) makes the file, and fails with EADDRINUSE where one exists. SO_REUSEADDR has no effect on
 * a unix socket.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -xap 'src /run/app.sock'}; it shows the name that was given to bind, and only sockets
 * of your own network namespace. {@code fuser} and {@code lsof} take the name for proof, too.
 *
 * <h2>What to do</h2>
 *
 * Stop the server the way it was started. Many servers remove their file when they end; where one
 * did not, remove it then.
 *
 * <h2>What not to do</h2>
 *
 * Do not remove the file under a running server, and do not take "connection refused" for proof
 * that there is none: a socket that does not listen yet refuses, too.
 *
 * <h2>Source</h2>
 *
 * unix(7); unix_bind_bsd() and unix_find_bsd(), net/unix/af_unix.c.
 */
public record LiveSocketFile(UnixTarget.Path path, PathState.Found file, UnixSnapshot snapshot)
    implements UnixCause {
  @Override
  public String id() {
    return "live-socket-file";
  }

  @Override
  public Phrase summary() {
    if (!snapshot.sockets().isEmpty()) {
      return UnixPhrases.subject(snapshot).then(path.path());
    }
    return switch (file.served()) {
      case Reading.Known<Boolean> known ->
          Phrase.of("a process in another network namespace serves ").then(path.path());
      case Reading.Unknown<Boolean> unknown ->
          Phrase.of("a socket file of ")
              .then(Phrases.account(file.owner()))
              .then(", which a process may still serve, is ")
              .then(path.path());
    };
  }

  @Override
  public Phrase why() {
    Phrase rule =
        Phrase.of(
            "bind makes the socket's file and refuses one that exists, whatever options"
                + " are set");
    if (snapshot.sockets().isEmpty() && !file.served().is(true)) {
      return rule.then(
          "; whether a process serves it is not known: you cannot write to it, and no"
              + " socket of this network namespace is bound to it");
    }
    return rule.then(UnixPhrases.waiting(snapshot.sockets()));
  }

  @Override
  public List<Remedy> remedies() {
    List<Remedy> stop = UnixPhrases.stop(snapshot);
    Remedy remove =
        RemoveFile.of(
            snapshot,
            path,
            !file.removable(),
            Phrase.of("afterwards, where the server left its file behind"));
    // The same line need not be said twice: it removes the file too.
    boolean said = stop.stream().anyMatch(one -> one.command().equals(remove.command()));
    return snapshot.holders().isEmpty() || said
        ? stop
        : Stream.concat(stop.stream(), Stream.of(remove)).toList();
  }
}
