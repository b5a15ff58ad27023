package inuse.core.evidence;

import java.util.Optional;

/**
 * A container, as its control group or its engine names it.
 *
 * @param id 64 hexadecimal digits
 * @param pod UID of the Kubernetes pod that it belongs to
 * @param details what its engine reported
 */
public record Container(Engine engine, String id, Optional<String> pod, Optional<Details> details) {
  /** Length of the short id by which people name a container. */
  public static final int SHORT_ID = 12;

  private static final int ID_LENGTH = 64;

  /** A container of which only the id is known. */
  public Container(Engine engine, String id) {
    this(engine, id, Optional.empty(), Optional.empty());
  }

  /** Whether a text is an id, and so safe in a request or a command line. */
  public static boolean isId(String text) {
    return text.length() == ID_LENGTH
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** The short id, as engines print it. */
  public String shortId() {
    return id.substring(0, SHORT_ID);
  }

  /** Its name, or its short id. */
  public String shortName() {
    return details.flatMap(Details::name).orElse(shortId());
  }

  /** The project of Compose that it belongs to. */
  public Optional<String> project() {
    return details.flatMap(Details::project);
  }

  /** Whether a program of that name runs containers. */
  public static boolean isEngine(String program) {
    return switch (program) {
      case "dockerd", "containerd", "crio", "kubelet", "podman", "k3s", "k3s-server" -> true;
      default -> program.startsWith("containerd-shim");
    };
  }

  public Container with(Details more) {
    return new Container(engine, id, pod, Optional.of(more));
  }

  /**
   * What the engine's API reported.
   *
   * @param name made only of the characters that engines allow in one
   * @param restart the restart policy, such as {@code unless-stopped}
   * @param state such as {@code running}
   * @param project the one of Compose that it belongs to, made of the same characters as a name
   */
  public record Details(
      Optional<String> name,
      Optional<Untrusted> image,
      Optional<String> restart,
      Optional<String> state,
      Optional<String> project) {}

  /** The engine that runs it. */
  public enum Engine {
    DOCKER("docker"),
    PODMAN("podman"),
    CONTAINERD("containerd"),
    CRIO("cri-o"),
    /** One of Kubernetes' engines; the control group does not say which. */
    CRI("cri");

    private final String word;

    Engine(String word) {
      this.word = word;
    }

    /** The word for people and programs. */
    public String word() {
      return word;
    }
  }
}
