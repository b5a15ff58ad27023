package inuse.core.explain.remedy;

import inuse.core.evidence.Phrase;
import java.util.List;

/**
 * A way to get the port back.
 *
 * @param command the exact command; none where the remedy is not a command
 * @param needsRoot whether the user lacks the permission
 * @param effect what it does, in words
 */
public record Remedy(Id id, RemedyCommand command, boolean needsRoot, Phrase effect) {
  /** A remedy by another program's command. */
  public Remedy(Id id, List<String> command, boolean needsRoot, Phrase effect) {
    this(id, RemedyCommand.of(command), needsRoot, effect);
  }

  /** The kind of remedy. */
  public enum Id {
    STOP_UNIT("stop-unit"),
    STOP_CONTAINER("stop-container"),
    TERMINATE("terminate"),
    KILL("kill"),
    RESUME_THEN_TERMINATE("resume-then-terminate"),
    DESTROY_SOCKET("destroy-socket"),
    WAIT("wait"),
    USE_REUSEADDR("use-reuseaddr"),
    REMOVE_SOCKET_FILE("remove-socket-file"),
    RESERVE_PORT("reserve-port"),
    REMOVE_DEVICE("remove-device"),
    USE_OTHER_ADDRESS("use-other-address"),
    RECONFIGURE("reconfigure"),
    USE_OTHER_PORT("use-other-port"),
    RUN_AS_ROOT("run-as-root"),
    BIND_ONCE("bind-once"),
    BIND_NO_PORT("bind-no-port"),
    BIND_NONLOCAL("bind-nonlocal"),
    NAME_INTERFACE("name-interface"),
    NAME_NAMESPACE("name-namespace"),
    ENABLE_IPV6("enable-ipv6"),
    REPAIR_ADDRESS("repair-address"),
    REBOOT("reboot");

    private final String word;

    Id(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  /** A remedy that is not a command. */
  public static Remedy advice(Id id, Phrase effect) {
    return new Remedy(id, RemedyCommand.NONE, false, effect);
  }
}
