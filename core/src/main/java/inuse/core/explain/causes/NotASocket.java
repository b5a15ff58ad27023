package inuse.core.explain.causes;

import inuse.core.evidence.PathState;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.Phrases;
import java.util.List;

/**
 * A file at a unix socket's path that is not a socket.
 *
 * <h2>What it is</h2>
 *
 * A regular file, a directory, a symbolic link, or another kind of file.
 *
 * <h2>Why bind fails</h2>
 *
 * bind(2) makes the file, and fails with EADDRINUSE where one exists, whatever it is. It follows no
 * symbolic link there, so that one to nothing refuses it, too.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ls -ld /run/app.sock}
 *
 * <h2>What to do</h2>
 *
 * Use another path, or find out whose file it is. In a container it is often the directory that the
 * engine made because the socket to be mounted did not exist yet.
 *
 * <h2>What not to do</h2>
 *
 * Do not remove it without a look: it may be data.
 *
 * <h2>Source</h2>
 *
 * unix(7); unix_bind_bsd(), net/unix/af_unix.c.
 */
public record NotASocket(UnixTarget.Path path, PathState.Found file) implements Cause {
  @Override
  public String id() {
    return "not-a-socket";
  }

  @Override
  public Phrase summary() {
    Phrase what =
        Phrase.of("it is " + file.kind().words() + " of ").then(Phrases.account(file.owner()));
    return file.leadsTo().map(target -> what.then(", which leads to ").then(target)).orElse(what);
  }

  @Override
  public Phrase why() {
    return Phrase.of("bind makes the socket's file and refuses whatever exists at its path");
  }

  @Override
  public List<Remedy> remedies() {
    return List.of(
        new Remedy(
            Remedy.Id.USE_OTHER_PORT,
            List.of(),
            false,
            Phrase.of("use another path: what is there is not a socket, and may be needed")));
  }
}
