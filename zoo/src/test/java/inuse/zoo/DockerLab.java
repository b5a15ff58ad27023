package inuse.zoo;

import java.util.List;

/** A real dockerd at its usual socket. */
final class DockerLab extends EngineLab {
  DockerLab() {
    super("docker", "docker", "dockerd", "containerd", "iptables", "busybox", "nsenter", "unshare");
  }

  @Override
  List<String> image() {
    return List.of("tiny");
  }
}
