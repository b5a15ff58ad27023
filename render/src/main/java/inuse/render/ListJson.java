package inuse.render;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.Port;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.list.Answers;
import inuse.core.list.Blocks;
import inuse.core.list.Expectation.Difference;
import inuse.core.list.Expectation.Entry;
import inuse.core.list.Keeper;
import inuse.core.list.Listing;
import inuse.core.list.Program;
import inuse.core.list.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The list as JSON; {@link Schema} describes it. */
public final class ListJson {
  private static final int CHUNK = 64 * 1024;

  private final Json json;
  private final HolderJson shared;

  private ListJson(Json json) {
    this.json = json;
    shared = new HolderJson(json);
  }

  /** Writes the document of a list of which nothing was expected. */
  public static void write(String version, Listing listing, Consumer<String> out) {
    write(version, listing, Optional.empty(), out);
  }

  /**
   * Writes the document.
   *
   * @param differences from what was expected; empty where nothing was
   */
  public static void write(
      String version,
      Listing listing,
      Optional<List<Difference>> differences,
      Consumer<String> out) {
    Json json = new Json(CHUNK, out);
    new ListJson(json).document(version, listing, differences);
    out.accept(json.toString());
  }

  /** A document of one change. */
  static String change(String version, RowChange change) {
    Json json = Json.line();
    json.beginObject().name("schema").value("inuse.change/1");
    json.name("version").value(version);
    json.name("at").value(Timestamp.of(change.seen().takenAt()));
    json.name("change").value(change.kind().word()).name("row");
    new ListJson(json).row(change.row());
    return json.endObject().toString();
  }

  private void document(String version, Listing listing, Optional<List<Difference>> differences) {
    Inventory inventory = listing.inventory();
    json.beginObject().name("schema").value("inuse.list/1");
    json.name("version").value(version);
    json.name("taken_at").value(Timestamp.of(inventory.takenAt()));
    json.name("rows").beginArray();
    listing.rows().forEach(this::row);
    json.endArray().name("namespaces").beginArray();
    for (Inventory.Space space : inventory.spaces()) {
      json.beginObject();
      json.name("netns").value(space.where().inode().toOptional().orElse(null));
      json.name("own").value(space.where().own());
      shared.text("name", space.where().name());
      json.name("sockets").value(space.bound().total());
      json.name("outgoing").value(space.bound().outgoing());
      json.name("uncounted").value(space.bound().uncounted()).endObject();
    }
    json.endArray().name("other_namespaces").value(inventory.otherNamespaces());
    json.name("differences");
    if (differences.isPresent()) {
      json.beginArray();
      differences.get().forEach(this::difference);
      json.endArray();
    } else {
      json.value((String) null);
    }
    shared.gaps(inventory.gaps());
    json.endObject();
  }

  private void difference(Difference difference) {
    Optional<Entry> expected = Optional.empty();
    Optional<Entry> found = Optional.empty();
    switch (difference) {
      case Difference.Missing missing -> expected = Optional.of(missing.expected());
      case Difference.Unexpected unexpected -> found = Optional.of(unexpected.found());
      case Difference.AnotherProgram(Entry one, Entry other) -> {
        expected = Optional.of(one);
        found = Optional.of(other);
      }
      case Difference.AnotherReach(Entry one, Entry other) -> {
        expected = Optional.of(one);
        found = Optional.of(other);
      }
    }
    json.beginObject().name("kind").value(ExpectationText.kind(difference));
    entry("expected", expected);
    entry("found", found);
    json.endObject();
  }

  private void entry(String name, Optional<Entry> entry) {
    json.name(name);
    if (entry.isEmpty()) {
      json.value((String) null);
      return;
    }
    Entry one = entry.get();
    json.beginObject().name("protocol").value(one.protocol());
    shared.text("place", Optional.of(one.place()));
    json.name("reach").value(one.reach());
    shared.text("program", Optional.of(one.program()));
    json.endObject();
  }

  private void row(Row row) {
    json.beginObject();
    switch (row.held()) {
      case Row.Held.Ports ports -> ports(ports);
      case Row.Held.Name(UnixSocket socket) -> name(socket);
    }
    json.name("netns").value(row.namespace().toOptional().orElse(null));
    json.name("cause").value(row.causeId().orElse(null));
    program(row);
    json.name("clients");
    json.value(row.clients().isPresent() ? (Integer) row.clients().getAsInt() : null);
    keeper(row.keeper());
    workplace(row.workplace());
    Set<Inode> inodes = new HashSet<>();
    json.name("sockets").beginArray();
    switch (row.held()) {
      case Row.Held.Ports ports -> {
        for (BoundSocket socket : ports.sockets()) {
          socket.inode().ifPresent(inodes::add);
          shared.socket(socket);
        }
      }
      case Row.Held.Name(UnixSocket socket) -> {
        socket.inode().ifPresent(inodes::add);
        shared.socket(socket);
      }
    }
    json.endArray().name("holders").beginArray();
    row.holders().forEach(one -> shared.holder(one, inodes));
    json.endArray().endObject();
  }

  private void ports(Row.Held.Ports held) {
    json.name("protocol").value(held.protocol().word());
    json.name("ports").beginArray();
    for (Port port : held.ports()) {
      json.value(port.number());
    }
    json.endArray().name("addresses").beginArray();
    for (Endpoint place : held.places()) {
      json.value(place.toString());
    }
    json.endArray();
    json.name("reach").value(held.reach().kind().word());
    shared.text("interface", held.reach().device());
    json.name("blocks").beginArray();
    blocks(held.blocks()).forEach(json::value);
    json.endArray().name("blocks_all_known").value(held.blocks() != Blocks.UNSURE);
    json.name("count").value(held.count());
    json.name("answers").beginArray();
    held.answers().forEach(this::answers);
    json.endArray();
  }

  private void answers(Answers answers) {
    json.beginObject().name("port").value(answers.port().number());
    json.name("names").beginArray();
    answers.names().forEach(json::value);
    json.endArray().name("shadows").beginArray();
    for (Answers.Shadow shadow : answers.shadows()) {
      json.beginObject().name("name").value(shadow.name()).name("pids").beginArray();
      shadow.by().forEach(one -> json.value(one.pid().number()));
      json.endArray().endObject();
    }
    json.endArray().endObject();
  }

  /** Kinds of servers, as the causes of a diagnosis have them. */
  private static List<String> blocks(Blocks blocks) {
    return switch (blocks) {
      case ALL -> List.of("plain", "reuseaddr", "reuseport");
      case PLAIN, UNSURE -> List.of("plain");
      case OTHERS -> List.of("plain", "reuseaddr");
    };
  }

  private void name(UnixSocket socket) {
    json.name("protocol").value(JsonTarget.UNIX);
    json.name("ports").beginArray().endArray();
    json.name("addresses").beginArray().value(Escape.json(socket.name())).endArray();
    json.name("reach").value("local");
    json.name("interface").value((String) null);
    json.name("blocks").beginArray();
    blocks(Blocks.ALL).forEach(json::value);
    json.endArray().name("blocks_all_known").value(true);
    json.name("count").value(1);
    json.name("answers").beginArray().endArray();
  }

  private void program(Row row) {
    Optional<Program> program = row.holder().map(Program::of);
    shared.text("program", program.map(Program::name));
    shared.text("script", program.flatMap(Program::script));
    json.name("pid").value(row.holder().map(Holder::pid).map(one -> one.number()).orElse(null));
    shared.account(row.owner());
    json.name("since");
    json.value(
        row.holder().flatMap(one -> one.startedAt().toOptional()).map(Timestamp::of).orElse(null));
    json.name("workers").value(row.workers());
    row.recorded()
        .ifPresent(one -> {
          json.name("recorded").beginObject();
          json.name("program").value(Escape.json(one.program()));
          json.name("pid").value(one.identity().pid().number()).endObject();
        });
  }

  private void keeper(Keeper keeper) {
    json.name("kept_by").beginObject();
    json.name("kind").value(keeper.kind());
    json.name("name").value(keeper.called().orElse(null));
    json.name("sure").value(keeper.sure());
    json.name("project").value(project(keeper).orElse(null));
    json.name("published").value(keeper instanceof Keeper.InContainer one && one.published());
    json.endObject();
    json.name("left_over");
    json.value(keeper instanceof Keeper.LeftOver left ? left.why().word() : null);
  }

  private static Optional<String> project(Keeper keeper) {
    return keeper instanceof Keeper.InContainer inside
        ? inside.container().flatMap(Container::project)
        : Optional.empty();
  }

  private void workplace(Optional<Workplace> workplace) {
    Optional<Untrusted> directory = workplace.map(Workplace::directory);
    shared.text("directory", directory);
    json.name("directory_removed").value(workplace.map(Workplace::removed).orElse(null));
    shared.text("project", workplace.flatMap(Workplace::project));
    shared.text("branch", workplace.flatMap(Workplace::branch));
  }
}
