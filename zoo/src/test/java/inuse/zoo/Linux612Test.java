package inuse.zoo;

import java.util.Map;

/** Debian 13, and 12 with its newer kernel. */
final class Linux612Test extends KernelSearchScenarios {
  Linux612Test() {
    super(new EmulatedMachine("6.12", Architecture.X86_64), BoundSockets.TOLD, Map.of());
  }
}
