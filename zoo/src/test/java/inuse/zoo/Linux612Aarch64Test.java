package inuse.zoo;

import java.util.Map;

/**
 * The same kernel on another processor: inuse's numbers of system calls, layouts of structures and
 * BPF programs, and what the guard reads of a task there.
 */
final class Linux612Aarch64Test extends KernelSearchScenarios {
  Linux612Aarch64Test() {
    super(new EmulatedMachine("6.12", Architecture.AARCH64), BoundSockets.TOLD, Map.of());
  }
}
