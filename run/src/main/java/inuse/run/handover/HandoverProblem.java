package inuse.run.handover;

/** Why a program's listeners cannot be handed over, or its predecessor's taken over. */
public sealed interface HandoverProblem {
  /** The place where supervisors meet is another user's. */
  record OfAnotherUser(String path, long uid) implements HandoverProblem {}

  /**
   * Others may enter it.
   *
   * @param permissions its mode, without the kind of file
   */
  record OpenToOthers(String path, int permissions) implements HandoverProblem {}

  /** There is no such place, or nobody can listen there, by that errno. */
  record Unusable(String path, String errno) implements HandoverProblem {}

  /** Whoever offers the listener is of another user or namespace, or may not be looked at. */
  record Stranger(String path) implements HandoverProblem {}

  /** The program has more listeners than are looked after. */
  record TooMany(int most) implements HandoverProblem {}
}
