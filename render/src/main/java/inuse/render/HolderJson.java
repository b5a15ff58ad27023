package inuse.render;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.causes.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sockets and holders as JSON, the same in every kind of document. */
final class HolderJson {
  private final Json json;

  HolderJson(Json json) {
    this.json = json;
  }

  void socket(BoundSocket socket) {
    json.beginObject().name("protocol").value(socket.protocol().word());
    json.name("state").value(socket.state().name());
    json.name("local").value(socket.local().toString());
    json.name("peer").value(socket.peer().map(Object::toString).orElse(null));
    // The kernel reports no owner for the remains of a connection.
    account(socket.isTimeWaitStub() ? Optional.empty() : Optional.of(socket.owner()));
    json.name("inode").value(socket.inode().map(inode -> inode.number()).orElse(null));
    text("cgroup", socket.cgroup().toOptional());
    text("interface", socket.device().map(device -> device.name()));
    json.name("expires_ms").value(socket.expires().map(time -> time.toMillis()).orElse(null));
    flag("reuseaddr", socket.reuseAddress());
    flag("reuseport", socket.reusePort());
    flag("v6only", socket.ipv6Only());
    json.endObject();
  }

  /** A unix socket: the members that only sockets with a port have are null. */
  void socket(UnixSocket socket) {
    json.beginObject().name("protocol").value(JsonTarget.UNIX);
    json.name("state").value(socket.state().name());
    text("local", Optional.of(socket.name()));
    json.name("peer").value((String) null);
    account(socket.owner().toOptional());
    json.name("inode").value(socket.inode().map(inode -> inode.number()).orElse(null));
    for (String absent :
        List.of("cgroup", "interface", "expires_ms", "reuseaddr", "reuseport", "v6only")) {
      json.name(absent).value((String) null);
    }
    json.endObject();
  }

  /** Every process that holds a socket of these causes, once, with its descriptors of them. */
  void holders(String name, List<Cause> causes) {
    Set<Inode> sockets = new HashSet<>();
    Map<ProcessIdentity, Holder> holders = new LinkedHashMap<>();
    for (Cause cause : causes) {
      cause.sockets().forEach(one -> one.inode().ifPresent(sockets::add));
      cause.unixSockets().forEach(one -> one.inode().ifPresent(sockets::add));
      cause.holders().forEach(holder -> holders.putIfAbsent(holder.identity(), holder));
    }
    json.name(name).beginArray();
    holders.values().forEach(holder -> holder(holder, sockets));
    json.endArray();
  }

  void holder(Holder holder, Set<Inode> sockets) {
    json.beginObject().name("pid").value(holder.pid().number());
    json.name("started_at");
    json.value(holder.startedAt().toOptional().map(Timestamp::of).orElse(null));
    text("command", Optional.of(holder.command()));
    json.name("args");
    switch (holder.arguments()) {
      case Reading.Known<List<Untrusted>>(List<Untrusted> arguments) -> {
        json.beginArray();
        for (Untrusted argument : arguments) {
          json.value(Escape.json(argument));
        }
        json.endArray();
      }
      case Reading.Unknown<List<Untrusted>> unknown -> json.value((String) null);
    }
    text("exe", holder.executable().toOptional());
    text("cwd", holder.workingDirectory().toOptional());
    account(holder.account().toOptional());
    json.name("state").value(holder.state().map(state -> state.word()).orElse(null));
    json.name("fds").beginArray();
    List<Integer> descriptors = new ArrayList<>();
    for (Holder.OpenSocket open : holder.sockets()) {
      if (sockets.contains(open.inode())) {
        descriptors.add(open.fd());
      }
    }
    Collections.sort(descriptors);
    descriptors.forEach(json::value);
    json.endArray();
    supervisor(holder);
    json.name("ancestry").beginArray();
    for (Ancestor ancestor : holder.ancestry()) {
      json.beginObject().name("pid").value(ancestor.pid().number());
      text("command", Optional.of(ancestor.command()));
      json.endObject();
    }
    json.endArray().endObject();
  }

  /** A manager that restarts the process precedes its unit; one that merely started it follows. */
  private void supervisor(Holder holder) {
    Optional<Statement<ProcessManager>> overseer = holder.supervision().processManager();
    Optional<Statement<Unit>> unit = holder.unit();
    json.name("supervisor");
    if (unit.isPresent() && overseer.filter(HolderJson::isInCharge).isEmpty()) {
      Unit one = unit.get().content();
      json.beginObject().name("kind").value("systemd");
      json.name("name").value(one.name());
      json.name("user").value(one.user());
      json.name("restart").value(one.details().map(Unit.Details::restart).orElse(null));
      wordOf(unit.get());
      json.endObject();
    } else if (overseer.isPresent()) {
      ProcessManager one = overseer.get().content();
      json.beginObject().name("kind").value(one.kind().word());
      json.name("name").value(one.name().orElse(null));
      json.name("pid").value(one.pid().number());
      wordOf(overseer.get());
      json.endObject();
    } else {
      json.value((String) null);
    }
    container(
        holder
            .container()
            .or(() ->
                holder
                    .supervision()
                    .proxy()
                    .flatMap(proxy ->
                        proxy
                            .content()
                            .container()
                            .map(one -> new Statement<>(one, proxy.speaker())))));
  }

  private static boolean isInCharge(Statement<ProcessManager> said) {
    return said.content().kind().restarts() && said.speaker().uid().isPresent();
  }

  private void wordOf(Statement<?> said) {
    json.name("word_of").value(said.speaker().uid().map(Uid::number).orElse(null));
  }

  private void container(Optional<Statement<Container>> said) {
    json.name("container");
    if (said.isEmpty()) {
      json.value((String) null);
      return;
    }
    Container container = said.get().content();
    Optional<Container.Details> details = container.details();
    json.beginObject().name("engine").value(container.engine().word());
    json.name("id").value(container.id());
    json.name("name").value(details.flatMap(Container.Details::name).orElse(null));
    text("image", details.flatMap(Container.Details::image));
    json.name("restart").value(details.flatMap(Container.Details::restart).orElse(null));
    json.name("pod").value(container.pod().orElse(null));
    wordOf(said.get());
    json.endObject();
  }

  void account(Optional<Account> account) {
    json.name("uid").value(account.map(Account::uid).map(Uid::number).orElse(null));
    text("user", account.flatMap(Account::name));
  }

  void text(String name, Optional<Untrusted> text) {
    json.name(name).value(text.map(Escape::json).orElse(null));
  }

  private void flag(String name, Reading<Boolean> flag) {
    json.name(name).value(flag.toOptional().orElse(null));
  }

  /** What could not be looked at. */
  void gaps(List<Gap> gaps) {
    json.name("not_looked_at").beginArray();
    for (Gap gap : gaps) {
      json.beginObject().name("what").value(gap.what()).name("why").value(gap.why().word());
      json.name("remedy").value(Escape.text(gap.remedy())).endObject();
    }
    json.endArray();
  }
}
