package inuse.mcp;

/** What a tool answers. */
sealed interface Answer {
  /** A document in one line. */
  record Document(String json) implements Answer {}

  /** It cannot be answered, and why: something that the model can mend. */
  record Problem(String why) implements Answer {}

  /** Whether that may be done: the user is asked first. */
  record Question(Asked asked) implements Answer {}

  /** It comes later: what is waited for has not happened yet. */
  record Later() implements Answer {}
}
