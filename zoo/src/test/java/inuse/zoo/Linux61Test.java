package inuse.zoo;

import java.util.Map;

/** Debian 12. */
final class Linux61Test extends KernelSearchScenarios {
  Linux61Test() {
    super(
        new EmulatedMachine("6.1", Architecture.X86_64),
        BoundSockets.NOT_TOLD,
        Map.of(TASK, "btf bpf_rdonly_cast: ENOENT"));
  }
}
