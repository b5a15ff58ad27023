package inuse.core.evidence;

import java.util.Optional;

/** What is at the path of a unix socket. */
public sealed interface PathState {
  /**
   * A file.
   *
   * @param owner who made it
   * @param removable whether the caller may remove it, by the directory's permissions
   * @param leadsTo where a symbolic link leads
   * @param served for a socket file: whether a socket of any network namespace is bound to it, as
   *     connect(2) sees it
   * @param ledAstray whether it was reached through another user's link, which could have led to
   *     anything
   */
  record Found(
      FileKind kind,
      Account owner,
      boolean removable,
      Optional<Untrusted> leadsTo,
      Reading<Boolean> served,
      boolean ledAstray)
      implements PathState {}

  /**
   * Nothing is there. A trial bind would create a file, so the directory's permissions are checked
   * instead.
   *
   * @param refusal the errno with which creating a file would fail
   */
  record Nothing(Optional<ErrnoName> refusal) implements PathState {}

  /** The path cannot be resolved; bind(2) would fail with that errno. */
  record Unreachable(ErrnoName errno) implements PathState {}
}
