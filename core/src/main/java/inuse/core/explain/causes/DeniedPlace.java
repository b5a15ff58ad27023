package inuse.core.explain.causes;

import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Phrase;
import inuse.core.explain.Remedy;
import java.util.List;

/**
 * A directory in which you may make no socket.
 *
 * <h2>What it is</h2>
 *
 * The directory of the path does not let you write, or one above it does not let you pass; or it is
 * mounted read-only; or a security module forbids it.
 *
 * <h2>Why bind fails</h2>
 *
 * bind(2) makes the socket's file, as open(2) would make any: with EACCES, EPERM or EROFS.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code namei -l /run/app.sock} shows the permissions all the way.
 *
 * <h2>What to do</h2>
 *
 * Use a directory of the server's own: {@code RuntimeDirectory=} in its unit, $XDG_RUNTIME_DIR for
 * a user's program.
 *
 * <h2>What not to do</h2>
 *
 * Do not run the server as root for this, nor make /run writable for everybody.
 *
 * <h2>Source</h2>
 *
 * unix(7), path_resolution(7); unix_bind_bsd(), net/unix/af_unix.c.
 */
public record DeniedPlace(UnixTarget target, String errno, Newcomer newcomer) implements Cause {
  @Override
  public String id() {
    return "bind-policy";
  }

  @Override
  public Phrase summary() {
    return switch (target) {
      case UnixTarget.Path path ->
          errno.equals("EROFS")
              ? Phrase.of("nothing can be made in ")
                  .then(path.directory())
                  .then(": it is read-only")
              : Phrase.of("uid " + newcomer.uid() + " may make no file in ").then(path.directory());
      case UnixTarget.Abstract named ->
          Phrase.of("a policy forbids the bind to uid " + newcomer.uid());
    };
  }

  @Override
  public Phrase why() {
    return Phrase.of("bind makes the socket's file with your permissions, and ends with " + errno);
  }

  @Override
  public List<Remedy> remedies() {
    Remedy other =
        new Remedy(
            Remedy.Id.USE_OTHER_PORT,
            List.of(),
            false,
            Phrase.of("use a path in a directory of your own, such as $XDG_RUNTIME_DIR"));
    return newcomer.uid().equals(Uid.ROOT)
        ? List.of(other)
        : List.of(
            other,
            new Remedy(
                Remedy.Id.RUN_AS_ROOT,
                List.of(),
                true,
                Phrase.of(
                    "let root make the directory for the server: RuntimeDirectory= in its"
                        + " unit")));
  }
}
