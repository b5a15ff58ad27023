package inuse.zoo;

import java.util.List;

/** Podman, with its service at its usual socket. */
final class PodmanLab extends EngineLab {
  PodmanLab() {
    super(
        "podman",
        "podman",
        "podman",
        "runc",
        "conmon",
        "iptables",
        "busybox",
        "nsenter",
        "unshare");
  }

  @Override
  List<String> image() {
    return List.of("--rootfs", "/run/tiny");
  }
}
