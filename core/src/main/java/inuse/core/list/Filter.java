package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which rows are wanted: those with every property that was asked for. */
public final class Filter {
  /** Every row. */
  public static final Filter NONE = new Filter(List.of());

  private final List<Predicate<Row>> properties;

  private Filter(List<Predicate<Row>> properties) {
    this.properties = List.copyOf(properties);
  }

  /** Of those rows only the ones with that property. */
  public Filter and(Predicate<Row> property) {
    List<Predicate<Row>> all = new ArrayList<>(properties);
    all.add(property);
    return new Filter(all);
  }

  /** The rows that are wanted, in their order. */
  public List<Row> of(List<Row> rows) {
    return rows.stream().filter(this::wants).toList();
  }

  private boolean wants(Row row) {
    return properties.stream().allMatch(one -> one.test(row));
  }

  /**
   * Rows with one of those ports or names; every row where none is given.
   *
   * @param names in the program, script, unit, container, project or path of a row
   */
  public static Predicate<Row> named(PortSet ports, List<String> names) {
    return row -> isNamed(row, ports, names);
  }

  /** Rows of that user. */
  public static Predicate<Row> of(Uid user) {
    return row -> row.owner().filter(one -> one.uid().equals(user)).isPresent();
  }

  /** Rows of those processes. */
  public static Predicate<Row> of(Set<ProcessIdentity> those) {
    return row -> row.holders().stream().anyMatch(one -> those.contains(one.identity()));
  }

  /** Rows of a container, by its name, its project or the start of its id. */
  public static Predicate<Row> inside(String container) {
    return row -> isInside(row, container);
  }

  /** Rows of a unit, by its name with or without its kind. */
  public static Predicate<Row> ofUnit(String unit) {
    return row -> isOf(row, unit);
  }

  /** Whether a row is about UDP. */
  public static boolean isUdp(Row row) {
    return row.held() instanceof Row.Held.Ports held && held.protocol() == Protocol.UDP;
  }

  /** Words are alternatives: a port or a name. */
  private static boolean isNamed(Row row, PortSet ports, List<String> names) {
    if (ports.isEmpty() && names.isEmpty()) {
      return true;
    }
    boolean port =
        row.held() instanceof Row.Held.Ports held
            && held.ports().stream().anyMatch(ports::contains);
    return port || names.stream().anyMatch(name -> hasName(row, name));
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
