package inuse.mcp;

import inuse.core.HeldPorts;
import inuse.core.Hold;
import inuse.core.Inuse;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.render.Escape;
import inuse.render.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Keeps ports for servers to come, until they are given up or this server ends: agents in several
 * worktrees never get the same one.
 */
final class HoldTool implements AutoCloseable {
  /** Ports that are held at a time. */
  private static final int MAX_HELD = 64;

  private final Inuse inuse;
  private final Places places;
  private final List<Held> held = new ArrayList<>();

  HoldTool(Inuse inuse) {
    this.inuse = inuse;
    places = new Places(inuse);
  }

  /** One port, with what keeps it. */
  private record Held(PortTarget target, HeldPorts ports) {}

  Answer answer(Given given) {
    if (given.text(Tool.TARGET).isEmpty()) {
      if (given.flag(Tool.RELEASE)) {
        return released(held.stream().map(Held::target).toList());
      }
      PortTarget any = new PortTarget(Protocol.TCP, Optional.empty(), new Port(0));
      return taken(Collections.nCopies(given.whole(Tool.COUNT), any));
    }
    return switch (places.of(given)) {
      case Places.Read.Wrong(Answer.Problem why) -> why;
      case Places.Read.Understood(List<? extends Target> targets) -> {
        List<PortTarget> ports = new ArrayList<>();
        for (Target target : targets) {
          if (target instanceof PortTarget port && port.protocol() == Protocol.TCP) {
            ports.add(port);
          }
        }
        yield ports.size() < targets.size()
            ? new Answer.Problem("only TCP ports are held")
            : given.flag(Tool.RELEASE) ? released(ports) : taken(ports);
      }
    };
  }

  /** Takes those that are not held yet: all of them, or none. */
  private Answer taken(List<PortTarget> wanted) {
    if (held.size() + wanted.size() > MAX_HELD) {
      return new Answer.Problem("there are " + MAX_HELD + " held ports at a time, no more");
    }
    List<PortTarget> answered = new ArrayList<>();
    List<Held> got = new ArrayList<>();
    for (PortTarget target : wanted) {
      if (holds(target)) {
        answered.add(target);
        continue;
      }
      switch (inuse.hold(List.of(target))) {
        case Hold.Taken(HeldPorts ports) -> {
          answered.addAll(ports.targets());
          got.add(new Held(ports.targets().getFirst(), ports));
        }
        case Hold.Refused(List<Hold.RefusedPort> refused) -> {
          got.forEach(one -> one.ports.close());
          return new Answer.Document(document(List.of(), refused));
        }
      }
    }
    held.addAll(got);
    return new Answer.Document(document(answered, List.of()));
  }

  private boolean holds(PortTarget target) {
    return held.stream().anyMatch(one -> one.target.equals(target));
  }

  private Answer released(List<PortTarget> those) {
    for (Held one : List.copyOf(held)) {
      if (those.contains(one.target)) {
        one.ports.close();
        held.remove(one);
      }
    }
    return new Answer.Document(document(List.of(), List.of()));
  }

  private String document(List<PortTarget> got, List<Hold.RefusedPort> refused) {
    Json json = Json.line();
    json.beginObject().name("got").beginArray();
    got.forEach(one -> json.value(one.port().number()));
    json.endArray().name("held").beginArray();
    held.forEach(one -> json.value(Escape.text(one.target)));
    json.endArray().name("refused").beginArray();
    for (Hold.RefusedPort one : refused) {
      json.beginObject().name("target").value(Escape.text(one.target()));
      json.name("errno").value(one.errno().name()).endObject();
    }
    return json.endArray().endObject().text();
  }

  @Override
  public void close() {
    held.forEach(one -> one.ports.close());
    held.clear();
  }
}
