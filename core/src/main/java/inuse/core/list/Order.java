package inuse.core.list;

import inuse.core.evidence.Account;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.Untrusted;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What rows are sorted by; ties are broken by port, and then by what does not change. */
public enum Order {
  PORT("port"),
  NAME("name"),
  PID("pid"),
  USER("user"),
  /** The youngest first. */
  SINCE("since"),
  /** The most first. */
  CLIENTS("clients");

  private final String word;

  Order(String word) {
    this.word = word;
  }

  /** The word of the command line. */
  public String word() {
    return word;
  }

  /** The order of that word. */
  public static Optional<Order> of(String word) {
    for (Order one : values()) {
      if (one.word.equals(word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Those rows in this order. */
  public List<Row> sorted(Collection<Row> rows) {
    return rows.stream().map(Keyed::of).sorted(comparator()).map(Keyed::row).toList();
  }

  /**
   * A row with its lowest port, which is long to find out: a row may have thousands.
   *
   * @param port unix sockets come last
   */
  private record Keyed(Row row, int port) {
    static Keyed of(Row row) {
      return new Keyed(row, row.port().map(Port::number).orElse(Integer.MAX_VALUE));
    }
  }

  private Comparator<Keyed> comparator() {
    Comparator<Keyed> by =
        switch (this) {
          case PORT -> Comparator.comparingInt(Keyed::port);
          case NAME -> Comparator.comparing(one -> name(one.row()));
          case PID -> Comparator.comparingInt(one -> pid(one.row()));
          case USER -> Comparator.comparingLong(one -> user(one.row()));
          case SINCE -> Comparator.comparing(one -> since(one.row()), Comparator.reverseOrder());
          case CLIENTS ->
              Comparator.comparing(
                  one -> one.row().clients().orElse(-1), Comparator.reverseOrder());
        };
    return by.thenComparingInt(Keyed::port)
        .thenComparing(one -> place(one.row()))
        .thenComparing(one -> one.row().key());
  }

  private static String place(Row row) {
    return switch (row.held()) {
      case Row.Held.Ports ports ->
          ports.protocol().word()
              + ports.places().stream().findFirst().map(Endpoint::toString).orElse("");
      case Row.Held.Name(var socket) -> socket.name().bytes();
    };
  }

  private static String name(Row row) {
    return row.holder().map(Holder::program).map(Untrusted::bytes).orElse("");
  }

  private static int pid(Row row) {
    return row.holder().map(one -> one.pid().number()).orElse(Integer.MAX_VALUE);
  }

  private static long user(Row row) {
    return row.owner().map(Account::uid).map(one -> one.number()).orElse(Long.MAX_VALUE);
  }

  private static long since(Row row) {
    return row.holder()
        .flatMap(one -> one.startedAt().toOptional())
        .map(Moment::epochMillis)
        .orElse(Long.MIN_VALUE);
  }
}
