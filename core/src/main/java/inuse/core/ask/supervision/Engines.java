package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.EngineApi;
import inuse.core.io.Host;
import inuse.core.io.JsonValue;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Container engines, queried through Docker's API, which Podman implements too. What an engine says
 * is the word of the user it runs as, so a container that one user's process names is looked up in
 * that user's engine alone.
 */
public final class Engines {
  private static final int MAX_NAME = 253;

  /** Longest text of an answer that is kept: an image's name, an address. */
  private static final int MAX_TEXT = 255;

  private final EngineAnswers answers;
  private final Proc proc;
  private final Uid asker;
  private final Map<String, Reading<Inspected>> inspected = new HashMap<>();
  private final Map<String, Reading<List<Listed>>> listed = new HashMap<>();

  public Engines(Host host) {
    answers = new EngineAnswers(host);
    proc = host.proc();
    asker = new Uid(host.calls().getEffectiveUid());
  }

  /**
   * What an engine says of one container.
   *
   * @param id empty where it knows no such container
   * @param pid its first process in the engine's PID namespace, zero where none runs
   */
  private record Inspected(Optional<String> id, Container.Details details, long pid) {
    boolean is(Container container) {
      return id.filter(container.id()::equals).isPresent();
    }
  }

  /**
   * A running container.
   *
   * @param addresses those that it has in its networks
   */
  record Listed(String id, List<Published> ports, List<String> addresses) {
    Listed {
      ports = List.copyOf(ports);
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A port that an engine published on the host.
   *
   * @param address the host's, empty for every one
   * @param inside the container's port
   */
  record Published(String address, String port, String protocol, Optional<String> inside) {}

  /** A new question begins, for which the engines are asked anew. */
  public void begin() {
    answers.begin();
    inspected.clear();
    listed.clear();
  }

  /** The daemons that did not answer. */
  List<Gap> gaps() {
    return answers.gaps();
  }

  /** The process with its container as far as that is {@link #confirmed}. */
  public Holder confirmed(Holder holder) {
    String path = holder.cgroup().toOptional().map(Untrusted::bytes).orElse("");
    return holder.with(
        holder.unit(), holder.container().map(one -> confirmed(one, path)), holder.supervision());
  }

  /**
   * A container of which a control group tells, with its engine's details, as far as the engine
   * confirms that the container's own process is in that very group. Whose engine denies it, and
   * another user's of which no engine knows, is nobody's word.
   *
   * @param said by whoever may name the group
   * @param path of the group of a process in it
   */
  private Statement<Container> confirmed(Statement<Container> said, String path) {
    Container container = said.content();
    if (!EngineApi.has(container.engine())) {
      return said;
    }
    // Where nobody is known to have named the group, root's engine may still know better.
    Uid owner = said.speaker().uid().orElse(Uid.ROOT);
    switch (inspect(container.engine(), owner, container.id())) {
      case Reading.Known<Inspected>(Inspected told) -> {
        boolean there = told.is(container) && isIn(told.pid, path);
        return there
            ? new Statement<>(container.with(told.details), Speaker.of(owner))
            : said.by(Speaker.ANYBODY);
      }
      case Reading.Unknown<Inspected> unasked -> {
        boolean ours = owner.equals(Uid.ROOT) || owner.equals(asker);
        return ours ? said : said.by(Speaker.ANYBODY);
      }
    }
  }

  /** A container with its details, where the engine of whoever speaks of it knows it. */
  public Container detailed(Statement<Container> said) {
    return EngineApi.has(said.content().engine())
        ? known(said.content(), said.speaker()).orElse(said.content())
        : said.content();
  }

  /** A container with its details, where that user's engine knows it. */
  Optional<Container> known(Container container, Speaker speaker) {
    return speaker.uid().stream()
        .flatMap(owner -> inspect(container.engine(), owner, container.id()).toOptional().stream())
        .filter(told -> told.is(container))
        .map(told -> container.with(told.details))
        .findFirst();
  }

  /** The id of the container with that name, in root's engines and in our own. */
  public Optional<String> idOf(String name) {
    if (name(name).filter(name::equals).isEmpty()) {
      return Optional.empty();
    }
    for (Container.Engine engine : List.of(Container.Engine.DOCKER, Container.Engine.PODMAN)) {
      for (Uid owner : asker.equals(Uid.ROOT) ? List.of(asker) : List.of(Uid.ROOT, asker)) {
        Optional<String> id = inspect(engine, owner, name).toOptional().flatMap(Inspected::id);
        if (id.isPresent()) {
          return id;
        }
      }
    }
    return Optional.empty();
  }

  /** The running containers of that user's engine. */
  Reading<List<Listed>> running(Container.Engine engine, Speaker speaker) {
    Optional<Uid> owner = speaker.uid();
    if (owner.isEmpty()) {
      return Reading.unknown(Reading.Why.VANISHED);
    }
    String key = engine.word() + " " + owner.get();
    Reading<List<Listed>> known = listed.get(key);
    if (known == null) {
      known =
          switch (answers.get(engine, owner.get(), "/containers/json")) {
            case Reading.Known<JsonValue>(JsonValue.Items items) ->
                Reading.known(
                    items.content().stream().flatMap(one -> listed(one).stream()).toList());
            case Reading.Known<JsonValue> other -> Reading.unknown(Reading.Why.UNREADABLE);
            case Reading.Unknown<JsonValue>(Reading.Why why) -> Reading.unknown(why);
          };
      listed.put(key, known);
    }
    return known;
  }

  private static Optional<Listed> listed(JsonValue container) {
    List<Published> ports = new ArrayList<>();
    for (JsonValue port : container.at("Ports").items()) {
      port.at("PublicPort")
          .digits()
          .filter(Engines::isShort)
          .ifPresent(published ->
              ports.add(
                  new Published(
                      text(port.at("IP")).orElse(""),
                      published,
                      text(port.at("Type")).orElse("tcp"),
                      port.at("PrivatePort").digits().filter(Engines::isShort))));
    }
    List<String> addresses = new ArrayList<>();
    for (JsonValue network : container.at("NetworkSettings", "Networks").values()) {
      text(network.at("IPAddress")).ifPresent(addresses::add);
      text(network.at("GlobalIPv6Address")).ifPresent(addresses::add);
    }
    return container
        .at("Id")
        .text()
        .filter(Container::isId)
        .map(id -> new Listed(id, ports, addresses));
  }

  private Reading<Inspected> inspect(Container.Engine engine, Uid owner, String which) {
    String key = engine.word() + " " + owner + " " + which;
    Reading<Inspected> known = inspected.get(key);
    if (known == null) {
      known = answers.get(engine, owner, "/containers/" + which + "/json").map(Engines::inspected);
      inspected.put(key, known);
    }
    return known;
  }

  private static Inspected inspected(JsonValue container) {
    return new Inspected(
        container.at("Id").text().filter(Container::isId),
        new Container.Details(
            container.at("Name").text().flatMap(Engines::name),
            text(container.at("Config", "Image")).map(Untrusted::new),
            container.at("HostConfig", "RestartPolicy", "Name").text().filter(Engines::isWord),
            container.at("State", "Status").text().filter(Engines::isWord)),
        container
            .at("State", "Pid")
            .digits()
            .map(digits -> Numeral.decimal(digits).orElse(0))
            .orElse(0L));
  }

  /** Whether that process is in the container's group that a path leads through. */
  private boolean isIn(long pid, String path) {
    try {
      return pid > 0
          && pid <= Integer.MAX_VALUE
          && Cgroup2.read(proc, (int) pid) instanceof CallResult.Ok<Cgroup2.Group>(var group)
          && CgroupOwner.container(path)
              .map(CgroupOwner.Named::group)
              .equals(CgroupOwner.container(group.path()).map(CgroupOwner.Named::group));
    } catch (Unparsable broken) {
      return false;
    }
  }

  private static Optional<String> text(JsonValue value) {
    return value.text().filter(one -> !one.isEmpty() && isShort(one));
  }

  private static boolean isShort(String text) {
    return text.length() <= MAX_TEXT;
  }

  /** The name without the API's leading slash, if it is safe in a command line. */
  static Optional<String> name(String told) {
    String name = told.startsWith("/") ? told.substring(1) : told;
    boolean fit =
        !name.isEmpty()
            && name.length() <= MAX_NAME
            && Untrusted.isPlain(name.substring(0, 1), "")
            && Untrusted.isPlain(name, "_.-");
    return fit ? Optional.of(name) : Optional.empty();
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() < 32
        && text.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
  }
}
