package inuse.zoo;

import java.util.Map;

/**
 * Debian 11, where no BPF program can tell which file is a socket, and a socket does not say its
 * network namespace.
 */
final class Linux510Test extends KernelSearchScenarios {
  Linux510Test() {
    super(
        new EmulatedMachine("5.10", Architecture.X86_64),
        BoundSockets.NOT_TOLD,
        Map.of(TASK, "btf bpf_rdonly_cast: ENOENT", TASK_FILE, "bpf PROG_LOAD: EINVAL"));
  }
}
