package inuse.core.evidence;

import java.util.Optional;

/** What is at the path of a unix socket. */
public sealed interface PathState {
  /**
   * A file.
   *
   * @param owner who made it
   * @param removable whether whoever asks may remove it, by the directory's permissions
   * @param leadsTo where a symbolic link leads
   * @param served of a socket: whether some socket, of whatever network namespace, is bound to the
   *     file, as connect(2) sees it
   */
  record Found(
      FileKind kind,
      Account owner,
      boolean removable,
      Optional<Untrusted> leadsTo,
      Reading<Boolean> served)
      implements PathState {}

  /**
   * Nothing. Nobody can bind there to try, since that would make a file: the directory is judged.
   *
   * @param refusal the errno that making a file would end with
   */
  record Nothing(Optional<ErrnoName> refusal) implements PathState {}

  /** The way there does not lead to it; bind(2) would end with that errno. */
  record Unreachable(ErrnoName errno) implements PathState {}
}
