package inuse.core.evidence;

/**
 * A container, as its control group names it.
 *
 * @param id 64 hexadecimal digits
 */
public record Container(Engine engine, String id) {
  /** Who runs it. */
  public enum Engine {
    DOCKER("docker"),
    PODMAN("podman"),
    CONTAINERD("containerd"),
    CRIO("cri-o");

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
