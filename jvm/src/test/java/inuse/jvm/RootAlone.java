package inuse.jvm;

import static org.junit.jupiter.api.Assumptions.abort;

import inuse.kernel.SystemCalls;

/** Tests that load programs into the kernel, which takes them of root alone. */
public final class RootAlone {
  private RootAlone() {}

  /** Skips the test as another user, and says so. */
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  public static void isNeeded(SystemCalls calls, Class<?> tests) {
    if (calls.getEffectiveUid() != 0) {
      String why = "the kernel takes programs of root alone";
      System.out.println("JVM: " + tests.getSimpleName() + " SKIPPED: " + why);
      abort(why);
    }
  }
}
