package inuse.render;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.Note;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The answer as JSON; {@link Schema} describes it. */
public final class JsonAnswer implements Answer {
  private final Json json;
  private final Consumer<String> out;

  /** A document that is written there. */
  public JsonAnswer(String version, Consumer<String> out) {
    this(version, new Json(CHUNK, out), out);
  }

  private JsonAnswer(String version, Json json, Consumer<String> out) {
    this.json = json;
    this.out = out;
    json.beginObject().name("schema").value("inuse.diagnosis/1");
    json.name("version").value(version);
    json.name("diagnoses").beginArray();
  }

  /** The document for all answers. */
  public static String of(String version, List<Diagnosis> diagnoses) {
    StringBuilder text = new StringBuilder();
    JsonAnswer answer = new JsonAnswer(version, new Json(), text::append);
    diagnoses.forEach(answer::add);
    answer.end();
    return text.toString();
  }

  @Override
  public void end() {
    json.endArray().endObject();
    out.accept(json.toString());
  }

  /** The document for a command that failed. */
  public static String error(int code, Untrusted message, String instead) {
    Json json = new Json();
    json.beginObject().name("schema").value("inuse.error/1").name("error");
    json.beginObject().name("code").value(code);
    json.name("message").value(Escape.text(message));
    json.name("instead").value(instead).endObject().endObject();
    return json.toString();
  }

  @Override
  public void add(Diagnosis diagnosis) {
    json.beginObject().name("target");
    JsonTarget.write(json, diagnosis.snapshot());
    switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> {
        json.name("verdict").value(diagnosis.verdict().word());
        json.name("probes").beginArray();
        for (Probe probe : snapshot.probes()) {
          probe(probe, snapshot.newcomer());
        }
      }
      case UnixSnapshot snapshot -> {
        json.name("verdict").value(diagnosis.verdict().word());
        json.name("probes").beginArray();
        for (UnixProbe probe : snapshot.probes()) {
          probe(probe, snapshot);
        }
      }
    }
    json.endArray().name("causes").beginArray();
    for (Cause cause : diagnosis.causes()) {
      cause(cause, diagnosis);
    }
    json.endArray().name("notes").beginArray();
    for (Note note : diagnosis.notes()) {
      json.beginObject().name("id").value(note.id().word());
      json.name("summary").value(Escape.text(note.summary())).endObject();
    }
    json.endArray().name("not_looked_at").beginArray();
    for (Gap gap : diagnosis.snapshot().gaps()) {
      json.beginObject().name("what").value(gap.what()).name("why").value(gap.why().word());
      json.name("remedy").value(Escape.text(gap.remedy())).endObject();
    }
    json.endArray().endObject();
  }

  private void probe(Probe probe, Newcomer newcomer) {
    json.beginObject().name("address").value(probe.address().toString());
    json.name("options").beginArray();
    if (probe.reuseAddress()) {
      json.value("SO_REUSEADDR");
    }
    if (newcomer.reusePort()) {
      json.value("SO_REUSEPORT");
    }
    if (newcomer.ipv6Only() && probe.address().family() == IpAddress.Family.V6) {
      json.value("IPV6_V6ONLY");
    }
    if (newcomer.nonLocal()) {
      json.value("IP_FREEBIND");
    }
    if (newcomer.device().isPresent()) {
      json.value("SO_BINDTODEVICE");
    }
    json.endArray();
    result(probe.result());
  }

  private void probe(UnixProbe probe, UnixSnapshot snapshot) {
    json.beginObject();
    text("address", Optional.of(snapshot.target().word()));
    json.name("options").beginArray();
    if (probe.reuseAddress()) {
      json.value("SO_REUSEADDR");
    }
    json.endArray();
    result(probe.result());
  }

  private void result(Probe.Result result) {
    json.name("result");
    switch (result) {
      case Probe.Result.Allowed allowed -> json.value("ok");
      case Probe.Result.Refused refused -> json.value(refused.errno().name());
    }
    json.endObject();
  }

  private void cause(Cause cause, Diagnosis diagnosis) {
    json.beginObject().name("id").value(cause.id());
    json.name("severity").value(cause.severity().word());
    json.name("blocks").beginArray();
    for (var kind : cause.blocks()) {
      json.value(kind.word());
    }
    json.endArray().name("via").value(cause.via().orElse(null));
    json.name("summary").value(Escape.text(cause.summary()));
    json.name("sockets").beginArray();
    for (BoundSocket socket : cause.sockets()) {
      socket(socket);
    }
    for (UnixSocket socket : cause.unixSockets()) {
      socket(socket);
    }
    json.endArray().name("holders").beginArray();
    Set<Inode> sockets = inodes(cause);
    for (Holder holder : cause.holders()) {
      holder(holder, sockets);
    }
    json.endArray().name("remedies").beginArray();
    for (Remedy remedy : diagnosis.remedies(cause)) {
      remedy(remedy);
    }
    json.endArray().endObject();
  }

  private void socket(BoundSocket socket) {
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
  private void socket(UnixSocket socket) {
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

  private void holder(Holder holder, Set<Inode> sockets) {
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
    for (Holder.OpenSocket open : holder.sockets()) {
      if (sockets.contains(open.inode())) {
        json.value(open.fd());
      }
    }
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

  private static Set<Inode> inodes(Cause cause) {
    Set<Inode> inodes = new HashSet<>();
    cause.sockets().forEach(one -> one.inode().ifPresent(inodes::add));
    cause.unixSockets().forEach(one -> one.inode().ifPresent(inodes::add));
    return inodes;
  }

  /** A manager that restarts the process precedes its unit; one that merely started it follows. */
  private void supervisor(Holder holder) {
    Optional<Statement<ProcessManager>> overseer = holder.supervision().processManager();
    Optional<Statement<Unit>> unit = holder.unit();
    json.name("supervisor");
    if (unit.isPresent() && overseer.filter(JsonAnswer::isInCharge).isEmpty()) {
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

  private void remedy(Remedy remedy) {
    json.beginObject().name("id").value(remedy.id().word()).name("command");
    if (remedy.command().isEmpty()) {
      json.value((String) null);
    } else {
      json.beginArray();
      for (String word : InuseLine.words(remedy.command())) {
        json.value(word);
      }
      json.endArray();
    }
    json.name("needs_root").value(remedy.needsRoot());
    json.name("effect").value(Escape.text(remedy.effect())).endObject();
  }

  private void account(Optional<Account> account) {
    json.name("uid").value(account.map(Account::uid).map(Uid::number).orElse(null));
    text("user", account.flatMap(Account::name));
  }

  private void text(String name, Optional<Untrusted> text) {
    json.name(name).value(text.map(Escape::json).orElse(null));
  }

  private void flag(String name, Reading<Boolean> flag) {
    json.name(name).value(flag.toOptional().orElse(null));
  }
}
