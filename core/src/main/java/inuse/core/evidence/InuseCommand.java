package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command line of inuse itself, as its meaning without its spelling: the renderer writes the
 * words.
 *
 * @param options in their order
 * @param namespace path of the network namespace that it is about; empty for the user's own
 * @param target as a user writes it
 * @param asRoot whether it is run by sudo(8)
 */
public record InuseCommand(
    Verb verb,
    List<Given> options,
    Optional<String> namespace,
    Optional<String> target,
    boolean asRoot) {

  /** The command. */
  public enum Verb {
    ASK,
    FREE,
    WAIT,
    TUNE
  }

  /** An option, by its meaning. */
  public enum Choice {
    /** The server sets SO_REUSEADDR. */
    REUSE_ADDRESS,
    /** The server does not set SO_REUSEADDR. */
    NO_REUSE_ADDRESS,
    /** The server sets SO_REUSEPORT. */
    REUSE_PORT,
    /** The server sets IPV6_V6ONLY. */
    IPV6_ONLY,
    /** The server sets IP_FREEBIND. */
    NON_LOCAL,
    /** The network interface that the server is bound to. */
    DEVICE,
    /** In the network namespace of that process. */
    PROCESS_NAMESPACE,
    /** In every network namespace. */
    ALL_NAMESPACES,
    /** The time that a question may take. */
    DEADLINE,
    /** The first signal. */
    SIGNAL,
    /** Connections may be dropped. */
    DESTROY_SOCKETS,
    /** A maximum number of processes. */
    MAX_PROCESSES,
    /** No process of another user. */
    ONLY_MINE,
    /** Only processes whose working directory is that directory or below it. */
    WORKING_UNDER,
    /** Only processes of that name. */
    PROCESS_NAME,
    /** A process that starts the others again, and is to end too. */
    WITH_STARTER,
    /** The role that this host is tuned for. */
    ROLE,
    /** Ports that are reserved for servers. */
    RESERVED_PORTS,
    /** A kernel setting and its value. */
    SETTING,
    /** Undo of all changes. */
    UNDO,
    /** Changes that survive a reboot. */
    PERSIST
  }

  /** A choice, with its value where it takes one. */
  public record Given(Choice choice, Optional<String> value) {}

  public InuseCommand {
    options = List.copyOf(options);
  }

  /** The verb alone. */
  public static InuseCommand of(Verb verb) {
    return new InuseCommand(verb, List.of(), Optional.empty(), Optional.empty(), false);
  }

  public InuseCommand with(Choice choice) {
    return with(new Given(choice, Optional.empty()));
  }

  public InuseCommand with(Choice choice, String value) {
    return with(new Given(choice, Optional.of(value)));
  }

  private InuseCommand with(Given given) {
    List<Given> more = new ArrayList<>(options);
    more.add(given);
    return new InuseCommand(verb, more, namespace, target, asRoot);
  }

  /** This command in the network namespace of that path. */
  public InuseCommand in(String path) {
    return new InuseCommand(verb, options, Optional.of(path), target, asRoot);
  }

  /** This command about a target. */
  public InuseCommand about(String place) {
    return new InuseCommand(verb, options, namespace, Optional.of(place), asRoot);
  }

  /** This command, run as root. */
  public InuseCommand byRoot() {
    return new InuseCommand(verb, options, namespace, target, true);
  }
}
