package inuse.java;

/**
 * Agrees to a plan, or does not: usually by asking the person at the keyboard.
 *
 * <p>It is called while the executable that made the plan waits. What was agreed to is what is
 * done: processes are known by pid and start time, and if another holds the address by then,
 * consent is asked for again, once, with the new plan.
 */
@FunctionalInterface
public interface Consent {
  /** Whether this is to be done. An exception is a no, and is thrown on. */
  boolean agreesTo(Plan plan);
}
