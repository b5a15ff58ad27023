package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.list.Filter;
import inuse.core.list.Keeper;
import inuse.core.list.Listing;
import inuse.core.list.Order;
import inuse.core.list.Row;
import inuse.render.Json;
import inuse.render.Timestamp;
import java.util.List;
import java.util.Optional;

/** Everything that is bound, or what of it is wanted. */
final class ListTool {
  private final Inuse inuse;

  ListTool(Inuse inuse) {
    this.inuse = inuse;
  }

  Answer answer(Given given) {
    Optional<PortSet> ports = given.text(Tool.PORTS).flatMap(PortSet::parse);
    if (given.text(Tool.PORTS).isPresent() && ports.isEmpty()) {
      return new Answer.Problem("'ports' is to be numbers and ranges, such as 3000-3010,8080");
    }
    Optional<String> under = given.text(Tool.UNDER);
    Optional<Directory> directory = under.flatMap(path -> inuse.directory(new Untrusted(path)));
    if (under.isPresent() && directory.isEmpty()) {
      return new Answer.Problem("'" + Given.repeated(under.get()) + "' is no directory");
    }
    PortSet wanted = ports.orElse(PortSet.NONE);
    Listing all = inuse.list(new Extent(given.flag(Tool.UNIX), false, wanted));
    Filter filter =
        Filter.NONE.and(
            Filter.named(wanted, given.text(Tool.NAME).map(List::of).orElse(List.of())));
    if (given.flag(Tool.MINE)) {
      filter = filter.and(Filter.of(all.inventory().asker()));
    }
    if (given.flag(Tool.LEFT_OVER)) {
      filter = filter.and(Row::isLeftOver);
    }
    if (directory.isPresent()) {
      filter = filter.and(Filter.of(inuse.below(directory.get(), all.inventory().holders())));
    }
    List<Row> rows = Order.PORT.sorted(filter.of(all.rows()));
    return new Answer.Document(document(all, rows, given.whole(Tool.LIMIT)));
  }

  private static String document(Listing all, List<Row> rows, int limit) {
    Json json = Json.line();
    json.beginObject().name("rows").beginArray();
    rows.stream().limit(limit).forEach(row -> row(json, row));
    json.endArray().name("more_rows").value(Math.max(0, rows.size() - limit));
    new Facts(json, false).gaps(all.inventory().gaps());
    return json.endObject().text();
  }

  private static void row(Json json, Row row) {
    Facts facts = new Facts(json, false);
    json.beginObject();
    Optional<Untrusted> path = Optional.empty();
    switch (row.held()) {
      case Row.Held.Ports held -> {
        json.name("protocol").value(held.protocol().word()).name("ports").beginArray();
        for (Port port : held.ports()) {
          json.value(port.number());
        }
        json.endArray().name("addresses").beginArray();
        for (Endpoint place : held.places()) {
          json.value(place.toString());
        }
        json.endArray().name("reach").value(held.reach().kind().word());
      }
      case Row.Held.Name(var socket) -> {
        json.name("protocol").value("unix").name("ports").beginArray().endArray();
        json.name("addresses").beginArray().endArray().name("reach").value("local");
        path = Optional.of(socket.name());
      }
    }
    json.name("cause").value(row.causeId().orElse(null));
    json.name("pid").value(row.holder().map(one -> one.pid().number()).orElse(null));
    json.name("uid").value(row.owner().map(one -> one.uid()).map(Uid::number).orElse(null));
    json.name("since");
    json.value(
        row.holder().flatMap(one -> one.startedAt().toOptional()).map(Timestamp::of).orElse(null));
    json.name("workers").value(row.workers()).name("kept_by").value(row.keeper().kind());
    json.name("left_over");
    json.value(row.keeper() instanceof Keeper.LeftOver left ? left.why().word() : null);
    facts.beginUntrusted();
    facts.program(row.holder());
    facts.user(row.owner());
    facts.text("directory", row.workplace().map(Workplace::directory));
    facts.text("project", row.workplace().flatMap(Workplace::project));
    facts.text("branch", row.workplace().flatMap(Workplace::branch));
    json.name("keeper").value(row.keeper().called().map(Facts::cut).orElse(null));
    facts.text("path", path);
    json.endObject().endObject();
  }
}
