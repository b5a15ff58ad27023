package inuse.differential;

import inuse.jvm.ForeignSystemCalls;

/** Runs the inputs on a JVM. */
public final class JvmMain {
  private JvmMain() {}

  public static void main(String[] arguments) {
    Differential.run(new ForeignSystemCalls(), arguments);
  }
}
