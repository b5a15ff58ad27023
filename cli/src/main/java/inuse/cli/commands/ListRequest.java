package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.Option;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Extent;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.list.Filter;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        Optional<PortSet> set = PortSet.parse(word.startsWith(":") ? word.substring(1) : word);
        if (set.isPresent()) {
          ports = ports.plus(set.get());
        } else {
          names.add(ErrorReporter.latin1(word).bytes());
        }
      }
      return new Words(ports, names);
    }
  }

  /** The first invalid value, if any. */
  public Optional<String> problem() {
    if (order.isEmpty()) {
      return Optional.of("'" + given.value(Option.SORT).orElse("") + "' is nothing to sort by");
    }
    Optional<String> under = given.value(Option.UNDER);
    return under.isPresent() && directory.isEmpty()
        ? Optional.of("'" + under.get() + "' of " + Option.UNDER.word() + " is no directory")
        : Optional.empty();
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
    return new Listing(
        all.inventory(), filter(all).of(all.rows()).stream().sorted(order().comparator()).toList());
  }

  private Filter filter(Listing all) {
    Optional<Set<ProcessIdentity>> under =
        directory.map(one -> session.inuse().below(one, all.inventory().holders()));
    return new Filter(
        words.ports(),
        words.names(),
        given.has(Option.MINE) ? Optional.of(all.inventory().asker()) : Optional.empty(),
        under,
        given.has(Option.LEFT_OVER),
        given.has(Option.EXPOSED),
        given.has(Option.UDP),
        given.value(Option.CONTAINER),
        given.value(Option.UNIT));
  }
}
