package inuse.core.list;

import inuse.core.evidence.Container;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Office;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessManager;
import java.util.List;
import java.util.Optional;

/** Who keeps a socket, or the process that has it: whom to turn to for the port. */
public sealed interface Keeper {
  /** The kind, in a word for programs. */
  default String kind() {
    return switch (this) {
      case Service service -> "unit";
      case SocketUnits units -> "socket-unit";
      case InContainer inside -> inside.service().isPresent() ? "swarm-service" : "container";
      case Overseer overseer -> overseer.manager().kind().word();
      case Itself itself -> "itself";
      case Kernel kernel -> "kernel";
      case LeftOver leftOver -> "nobody";
      case Nobody nobody -> "unknown";
      case Hidden hidden -> "hidden";
    };
  }

  /** What it is called, for programs. */
  default Optional<String> called() {
    return switch (this) {
      case Service service -> Optional.of(service.name());
      case SocketUnits units -> units.units().stream().findFirst();
      case InContainer inside ->
          inside.service().or(() -> inside.container().map(Container::shortName));
      case Overseer overseer -> overseer.manager().name();
      case Itself itself -> Optional.of(itself.office().words());
      case Kernel kernel -> kernel.users().stream().findFirst().map(KernelUser::subsystem);
      case LeftOver leftOver -> Optional.empty();
      case Nobody nobody -> Optional.empty();
      case Hidden hidden -> Optional.empty();
    };
  }

  /** Whether whoever asks may rely on it; else it merely calls itself so. */
  default boolean sure() {
    return true;
  }

  /**
   * A systemd service.
   *
   * @param user whether a user's own manager runs it
   * @param sure whether whoever asks may rely on it; else it merely calls itself so
   */
  record Service(String name, boolean user, boolean sure) implements Keeper {}

  /**
   * Systemd itself, for its units.
   *
   * @param units the socket units; none where they are not known
   * @param services what they start
   */
  record SocketUnits(List<String> units, List<String> services) implements Keeper {
    public SocketUnits {
      units = List.copyOf(units);
      services = List.copyOf(services);
    }
  }

  /**
   * A container, whose process it is or whose port is published.
   *
   * @param container empty where the engine did not tell which
   * @param service the swarm service, where it is that
   * @param published whether the holder forwards the port from the host
   * @param inside the port in the container
   * @param left whether the forwarder was left behind
   */
  record InContainer(
      Container.Engine engine,
      Optional<Container> container,
      Optional<String> service,
      boolean published,
      Optional<Port> inside,
      boolean left,
      boolean sure)
      implements Keeper {}

  /** A process manager, terminal, IDE or agent above it. */
  record Overseer(ProcessManager manager, boolean sure) implements Keeper {}

  /** The holder is itself what keeps others. */
  record Itself(Office office) implements Keeper {}

  /** The kernel, for a device or a service of its own; or for what is left of connections. */
  record Kernel(List<KernelUser> users) implements Keeper {
    public Kernel {
      users = List.copyOf(users);
    }
  }

  /** Nobody any more. */
  record LeftOver(Why why) implements Keeper {
    /** What is gone. */
    public enum Why {
      /** The process that started it, or its terminal. */
      STARTER("starter"),
      /** The directory that it works in. */
      DIRECTORY("directory");

      private final String word;

      Why(String word) {
        this.word = word;
      }

      /** The word for programs. */
      public String word() {
        return word;
      }
    }
  }

  /**
   * Nobody that is known.
   *
   * @param adopted whether it lost the process that started it: a daemon, or left over
   */
  record Nobody(boolean adopted) implements Keeper {}

  /** The process cannot be seen. */
  record Hidden() implements Keeper {}
}
