package inuse.differential;

import inuse.teavm.TeaVmSystemCalls;

/** Runs the inputs in code compiled to C. */
public final class CMain {
  private CMain() {}

  public static void main(String[] arguments) {
    Differential.run(new TeaVmSystemCalls(), arguments);
  }
}
