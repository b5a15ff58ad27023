package inuse.core.list;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A holder and the ports that it has in the same manner; or sockets without a visible process.
 *
 * @param key the same as long as it is the same process or kind of socket, for a live view
 * @param where the network namespace
 * @param held what it has
 * @param causeId the cause why a server could not bind there; empty for unix sockets
 * @param holders the process that is shown, then the others that have any of the sockets
 * @param workers how many of the others are workers of the one that is shown
 * @param workplace where the one that is shown works
 * @param clients connections that these sockets serve; empty where nobody could connect
 * @param recorded the process that bound the sockets, where none is visible and a recorder saw it
 */
public record Row(
    String key,
    Namespace where,
    Held held,
    Optional<String> causeId,
    List<Holder> holders,
    int workers,
    Keeper keeper,
    Optional<Workplace> workplace,
    OptionalInt clients,
    Optional<Binder> recorded) {

  public Row {
    holders = List.copyOf(holders);
  }

  /**
   * A process that bound a socket; it may have ended since, or given it to another.
   *
   * @param program its name
   */
  public record Binder(ProcessIdentity identity, Untrusted program) {}

  /** What a row is about. */
  public sealed interface Held {
    /**
     * Sockets that have a port.
     *
     * @param count how many they are; more than are here where only the last of them is kept
     * @param answers who answers, at those ports that other servers have, too
     */
    record Ports(
        Protocol protocol,
        List<BoundSocket> sockets,
        int count,
        Reach reach,
        Blocks blocks,
        List<Answers> answers)
        implements Held {
      public Ports {
        sockets = List.copyOf(sockets);
        answers = List.copyOf(answers);
      }

      /** The ports in order. */
      public List<Port> ports() {
        int[] numbers = sockets.stream().mapToInt(one -> one.local().port().number()).toArray();
        Arrays.sort(numbers);
        List<Port> ports = new ArrayList<>(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
          if (i == 0 || numbers[i] != numbers[i - 1]) {
            ports.add(new Port(numbers[i]));
          }
        }
        return ports;
      }

      /** The addresses with their ports, each once. */
      public List<Endpoint> places() {
        return List.copyOf(new LinkedHashSet<>(sockets.stream().map(BoundSocket::local).toList()));
      }
    }

    /** A unix socket with a name. */
    record Name(UnixSocket socket) implements Held {}
  }

  /** The same with what a recorder saw. */
  public Row recorded(Optional<Binder> binder) {
    return new Row(key, where, held, causeId, holders, workers, keeper, workplace, clients, binder);
  }

  /** The process that is shown; empty where none is visible. */
  public Optional<Holder> holder() {
    return holders.stream().findFirst();
  }

  /** The user of the process, else of its socket. */
  public Optional<Account> owner() {
    Optional<Account> told = holder().flatMap(one -> one.account().toOptional());
    return told.or(() ->
        switch (held) {
          case Held.Ports ports ->
              ports.sockets().stream()
                  .filter(one -> !one.isTimeWaitStub())
                  .map(BoundSocket::owner)
                  .findFirst();
          case Held.Name(UnixSocket socket) -> socket.owner().toOptional();
        });
  }

  /** The lowest port; empty for a unix socket. */
  public Optional<Port> port() {
    Optional<Port> lowest = Optional.empty();
    for (BoundSocket socket :
        held instanceof Held.Ports ports ? ports.sockets() : List.<BoundSocket>of()) {
      Port port = socket.local().port();
      if (lowest.isEmpty() || port.number() < lowest.get().number()) {
        lowest = Optional.of(port);
      }
    }
    return lowest;
  }

  /** Whether it was left over, as far as that is certain. */
  public boolean isLeftOver() {
    return keeper instanceof Keeper.LeftOver;
  }

  /** Whether the network can reach it. */
  public boolean isExposed() {
    return held instanceof Held.Ports ports && ports.reach().isExposed();
  }

  /** Whether its process works in that directory or below, outside of containers. */
  public boolean isBelow(String directory) {
    return !(keeper instanceof Keeper.InContainer)
        && workplace
            .map(one -> one.directory().bytes())
            .filter(path -> path.equals(directory) || path.startsWith(directory + "/"))
            .isPresent();
  }

  /** How many sockets it stands for. */
  public int sockets() {
    return switch (held) {
      case Held.Ports ports -> ports.count();
      case Held.Name name -> 1;
    };
  }

  /** The inode of its network namespace. */
  public Reading<Long> namespace() {
    return where.inode();
  }
}
