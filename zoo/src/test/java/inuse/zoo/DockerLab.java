package inuse.zoo;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real dockerd at its usual socket. */
final class DockerLab extends EngineLab {
  /** With these options of dockerd. */
  DockerLab(String... options) {
    super(
        "docker" + Stream.of(options).map(" "::concat).collect(Collectors.joining()),
        "docker",
        "docker",
        "dockerd",
        "containerd",
        "iptables",
        "busybox",
        "nsenter",
        "unshare");
  }

  @Override
  List<String> image() {
    return List.of("tiny");
  }
}
