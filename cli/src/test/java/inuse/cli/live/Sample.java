package inuse.cli.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import inuse.core.evidence.Inventory;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Keeper;
import inuse.core.list.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Rows of unix sockets, which stand in the order of their names. */
final class Sample {
  static final Lines LINES = new Lines(Optional.empty(), true, text -> text);

  private static final Namespace OWN =
      new Namespace(
          Reading.known(4026531840L),
          Optional.empty(),
          "/proc/self/ns/net",
          Optional.empty(),
          Optional.empty(),
          true);

  /** One that was taken when the machine was a thousand seconds old. */
  static final Inventory INVENTORY =
      new Inventory(
          new Moment(1_000_000),
          Uid.ROOT,
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          List.of(),
          0,
          List.of());

  private Sample() {}

  static Entry entry(String name) {
    return entry(name, new Keeper.Hidden());
  }

  /** A unix socket of that name, in the root directory. */
  static Entry entry(String name, Keeper keeper) {
    String bytes = new String(("/" + name).getBytes(UTF_8), ISO_8859_1);
    UnixSocket socket =
        new UnixSocket(
            UnixSocket.Type.STREAM,
            SocketState.LISTEN,
            new Untrusted(bytes),
            Optional.empty(),
            1,
            Reading.unknown(Reading.Why.NOT_ASKED),
            Reading.unknown(Reading.Why.NOT_ASKED));
    Row row =
        new Row(
            name,
            OWN,
            new Row.Held.Name(socket),
            Optional.empty(),
            List.of(),
            0,
            keeper,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty());
    return Lines.entry(INVENTORY, row);
  }

  static List<Entry> entries(String... names) {
    return Arrays.stream(names).map(Sample::entry).toList();
  }
}
