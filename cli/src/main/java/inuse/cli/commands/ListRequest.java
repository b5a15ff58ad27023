package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.Option;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.PortSet;
import inuse.core.list.Filter;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import inuse.core.list.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of the list is wanted, and in which order. */
public final class ListRequest {
  private final Session session;
  private final Arguments.Given given;
  private final Words words;
  private final Optional<Directory> directory;
  private final Optional<Order> order;

  /** The request of a command line. */
  public ListRequest(Session session, Arguments.Given given) {
    this.session = session;
    this.given = given;
    words = Words.of(given.words());
    directory = given.value(Option.UNDER).flatMap(path -> session.host().directory(path));
    order = given.value(Option.SORT).map(Order::of).orElse(Optional.of(Order.PORT));
  }

  /** Words of the command line, sorted out. */
  private record Words(PortSet ports, List<String> names) {
    static Words of(List<String> words) {
      PortSet ports = PortSet.NONE;
      List<String> names = new ArrayList<>();
      for (String word : words) {
        Optional<PortSet> set = PortSet.parse(number(word));
        if (set.isPresent()) {
          ports = ports.plus(set.get());
        } else {
          names.add(ErrorReporter.latin1(word).bytes());
        }
      }
      return new Words(ports, names);
    }

    /** People write {@code :8080}, too. */
    static String number(String word) {
      return word.startsWith(":") ? word.substring(1) : word;
    }
  }

  /** The first invalid value, if any. */
  public Optional<String> problem() {
    if (order.isEmpty()) {
      return Optional.of(
          "'"
              + given.value(Option.SORT).orElse("")
              + "' cannot be sorted by, only "
              + Stream.of(Order.values()).map(Order::word).collect(Collectors.joining(", "))
              + " are");
    }
    Optional<String> noPort = given.words().stream().filter(ListRequest::isNoPort).findFirst();
    if (noPort.isPresent()) {
      return Optional.of("'" + noPort.get() + "' is neither a port nor a range such as 3000-3010");
    }
    Optional<String> under = given.value(Option.UNDER);
    return under.isPresent() && directory.isEmpty()
        ? Optional.of("'" + under.get() + "' of " + Option.UNDER.word() + " is not a directory")
        : Optional.empty();
  }

  /** Whether it looks like a port or a range and is none: it names no program either. */
  private static boolean isNoPort(String word) {
    String number = Words.number(word);
    return !number.isEmpty()
        && number.chars().allMatch(one -> (one >= '0' && one <= '9') || one == '-' || one == ',')
        && PortSet.parse(number).isEmpty();
  }

  /** How much has to be looked at. */
  public Extent extent() {
    return new Extent(given.has(Option.UNIX), given.has(Option.ALL_NETNS), words.ports());
  }

  /** The order of the rows. */
  public Order order() {
    return order.orElse(Order.PORT);
  }

  /** Those of the rows that are wanted, in order. */
  public Listing of(Listing all) {
    return new Listing(all.inventory(), order().sorted(filter(all).of(all.rows())));
  }

  private Filter filter(Listing all) {
    Inventory inventory = all.inventory();
    return Filter.NONE
        .and(Filter.named(words.ports(), words.names()))
        .and(where(Option.MINE, Filter.of(inventory.asker())))
        .and(where(Option.LEFT_OVER, Row::isLeftOver))
        .and(where(Option.EXPOSED, Row::isExposed))
        .and(where(Option.UDP, Filter::isUdp))
        .and(where(given.value(Option.CONTAINER), Filter::inside))
        .and(where(given.value(Option.UNIT), Filter::ofUnit))
        .and(where(directory, one -> Filter.of(session.inuse().below(one, inventory.holders()))));
  }

  private Predicate<Row> where(Option option, Predicate<Row> property) {
    return given.has(option) ? property : row -> true;
  }

  private static <T> Predicate<Row> where(Optional<T> value, Function<T, Predicate<Row>> property) {
    return value.map(property).orElse(row -> true);
  }
}
