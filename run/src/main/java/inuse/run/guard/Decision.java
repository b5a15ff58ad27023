package inuse.run.guard;

/** What happens to a call. */
sealed interface Decision {
  /** It continues unchanged. */
  record Untouched() implements Decision {}

  /** It has been answered. */
  record Answered() implements Decision {}

  /** The kernel would refuse it. */
  record Refused(Refusal refusal) implements Decision {}
}
