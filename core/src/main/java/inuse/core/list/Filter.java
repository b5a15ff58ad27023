package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which rows are wanted: those of which every part is true.
 *
 * @param ports any of which a row must have; empty for any row
 * @param names one of which must be in a row: in its program, script, unit, container or path
 * @param mine the user whose rows are wanted
 * @param under the processes that work below the directory that was asked for
 * @param leftOver whether only what was left over is wanted
 * @param exposed whether only what the network can reach is wanted
 * @param udp whether only UDP is wanted
 * @param container by name, project or the start of its id
 * @param unit by name, with or without its kind
 */
public record Filter(
    PortSet ports,
    List<String> names,
    Optional<Uid> mine,
    Optional<Set<ProcessIdentity>> under,
    boolean leftOver,
    boolean exposed,
    boolean udp,
    Optional<String> container,
    Optional<String> unit) {
  /** Every row. */
  public static final Filter NONE =
      new Filter(
          PortSet.NONE,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          false,
          Optional.empty(),
          Optional.empty());

  public Filter {
    names = List.copyOf(names);
  }

  /** The rows that are wanted, in their order. */
  public List<Row> of(List<Row> rows) {
    return rows.stream().filter(this::wants).toList();
  }

  /** Whether that row is wanted. */
  public boolean wants(Row row) {
    return isNamed(row)
        && mine.filter(uid -> row.owner().filter(one -> one.uid().equals(uid)).isEmpty()).isEmpty()
        && under
            .filter(
                those -> row.holders().stream().noneMatch(one -> those.contains(one.identity())))
            .isEmpty()
        && (!leftOver || row.isLeftOver())
        && (!exposed || row.isExposed())
        && (!udp || isUdp(row))
        && container.filter(name -> !isInside(row, name)).isEmpty()
        && unit.filter(name -> !isOf(row, name)).isEmpty();
  }

  /** Words are alternatives: a port or a name. */
  private boolean isNamed(Row row) {
    if (ports.isEmpty() && names.isEmpty()) {
      return true;
    }
    boolean port =
        row.held() instanceof Row.Held.Ports held
            && held.ports().stream().anyMatch(ports::contains);
    return port || names.stream().anyMatch(name -> hasName(row, name));
  }

  private static boolean isUdp(Row row) {
    return row.held() instanceof Row.Held.Ports held && held.protocol() == Protocol.UDP;
  }

  private static boolean hasName(Row row, String name) {
    return row.holders().stream().anyMatch(one -> hasName(one, name))
        || keeper(row.keeper()).filter(one -> contains(one, name)).isPresent()
        || row.workplace()
            .flatMap(one -> one.project())
            .filter(one -> contains(one.baseName().bytes(), name))
            .isPresent()
        || (row.held() instanceof Row.Held.Name(var socket)
            && contains(socket.name().bytes(), name));
  }

  private static boolean hasName(Holder holder, String name) {
    Program program = Program.of(holder);
    return contains(program.name().bytes(), name)
        || contains(holder.command().bytes(), name)
        || program.script().map(Untrusted::bytes).filter(one -> contains(one, name)).isPresent();
  }

  private static Optional<String> keeper(Keeper keeper) {
    return switch (keeper) {
      case Keeper.Service service -> Optional.of(service.name());
      case Keeper.SocketUnits units -> Optional.of(String.join(" ", units.units()));
      case Keeper.InContainer inside ->
          inside
              .container()
              .map(one -> one.shortName() + " " + one.project().orElse(""))
              .or(inside::service);
      case Keeper.Overseer manager ->
          Optional.of(manager.manager().kind().word() + " " + manager.manager().name().orElse(""));
      case Keeper.Itself itself -> Optional.empty();
      case Keeper.Kernel kernel -> Optional.empty();
      case Keeper.LeftOver leftOver -> Optional.empty();
      case Keeper.Nobody nobody -> Optional.empty();
      case Keeper.Hidden hidden -> Optional.empty();
    };
  }

  private static boolean isInside(Row row, String name) {
    return row.keeper() instanceof Keeper.InContainer inside
        && inside
            .container()
            .filter(one ->
                one.shortName().equals(name)
                    || one.project().equals(Optional.of(name))
                    || (!name.isEmpty() && one.id().startsWith(name)))
            .isPresent();
  }

  private static boolean isOf(Row row, String name) {
    List<String> units =
        switch (row.keeper()) {
          case Keeper.Service service -> List.of(service.name());
          case Keeper.SocketUnits sockets -> sockets.units();
          case Keeper.InContainer inside -> List.<String>of();
          case Keeper.Overseer manager -> List.<String>of();
          case Keeper.Itself itself -> List.<String>of();
          case Keeper.Kernel kernel -> List.<String>of();
          case Keeper.LeftOver leftOver -> List.<String>of();
          case Keeper.Nobody nobody -> List.<String>of();
          case Keeper.Hidden hidden -> List.<String>of();
        };
    return units.stream()
        .anyMatch(unit ->
            unit.equals(name) || unit.equals(name + ".service") || unit.equals(name + ".socket"));
  }

  /** Whether that is in a text, in capital or small letters of ASCII. */
  private static boolean contains(String text, String part) {
    return small(text).contains(small(part));
  }

  private static String small(String text) {
    StringBuilder small = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      small.append(one >= 'A' && one <= 'Z' ? (char) (one + ('a' - 'A')) : one);
    }
    return small.toString();
  }
}
