package inuse.core.list;

import inuse.core.evidence.Account;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import java.util.Comparator;
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

  /** The comparison of two rows. */
  public Comparator<Row> comparator() {
    Comparator<Row> by =
        switch (this) {
          case PORT -> Comparator.comparingInt(Order::port);
          case NAME -> Comparator.comparing(Order::name);
          case PID -> Comparator.comparingInt(Order::pid);
          case USER -> Comparator.comparingLong(Order::user);
          case SINCE -> Comparator.comparing(Order::since, Comparator.reverseOrder());
          case CLIENTS ->
              Comparator.comparing(row -> row.clients().orElse(-1), Comparator.reverseOrder());
        };
    return by.thenComparingInt(Order::port).thenComparing(Order::place).thenComparing(Row::key);
  }

  /** Unix sockets come last. */
  private static int port(Row row) {
    return row.port().map(one -> one.number()).orElse(Integer.MAX_VALUE);
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
