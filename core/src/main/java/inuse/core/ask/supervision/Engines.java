package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.EngineApi;
import inuse.core.io.Host;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Cgroup2;
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
  private static final Container.Engine DOCKER = Container.Engine.DOCKER;

  private final EngineAnswers answers;
  private final Proc proc;
  private final Uid asker;
  private final PodmanCommand podman;
  private final Map<String, Reading<EngineJson.Inspected>> inspected = new HashMap<>();
  private final Map<String, Reading<List<EngineJson.Listed>>> listed = new HashMap<>();

  public Engines(Host host) {
    answers = new EngineAnswers(host);
    proc = host.proc();
    asker = new Uid(host.calls().getEffectiveUid());
    podman = new PodmanCommand(host.calls());
  }

  /** A new question begins, for which the engines are asked anew. */
  public void begin() {
    answers.begin();
    inspected.clear();
    listed.clear();
    podman.begin();
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
      case Reading.Known<EngineJson.Inspected>(EngineJson.Inspected told) -> {
        boolean there = told.is(container) && isIn(told.pid(), path);
        return there
            ? new Statement<>(container.with(told.details()), Speaker.of(owner))
            : said.by(Speaker.ANYBODY);
      }
      case Reading.Unknown<EngineJson.Inspected> unasked -> {
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
        .map(told -> container.with(told.details()))
        .findFirst();
  }

  /** The id of the container with that name, in root's engines and in our own. */
  public Optional<String> idOf(String name) {
    if (EngineJson.name(name).filter(name::equals).isEmpty()) {
      return Optional.empty();
    }
    for (Container.Engine engine : List.of(Container.Engine.DOCKER, Container.Engine.PODMAN)) {
      for (Uid owner : asker.equals(Uid.ROOT) ? List.of(asker) : List.of(Uid.ROOT, asker)) {
        Optional<String> id =
            inspect(engine, owner, name).toOptional().flatMap(EngineJson.Inspected::id);
        if (id.isPresent()) {
          return id;
        }
      }
    }
    return Optional.empty();
  }

  /** The running containers of that user's engine. */
  Reading<List<EngineJson.Listed>> running(Container.Engine engine, Speaker speaker) {
    Optional<Uid> owner = speaker.uid();
    if (owner.isEmpty()) {
      return Reading.unknown(Reading.Why.VANISHED);
    }
    String key = engine.word() + " " + owner.get();
    Reading<List<EngineJson.Listed>> known = listed.get(key);
    if (known == null) {
      known =
          switch (answers.get(engine, owner.get(), "/containers/json")) {
            case Reading.Known<JsonValue>(JsonValue.Items items) ->
                Reading.known(EngineJson.listed(items));
            case Reading.Known<JsonValue> other -> Reading.unknown(Reading.Why.UNREADABLE);
            case Reading.Unknown<JsonValue>(Reading.Why why) ->
                engine == Container.Engine.PODMAN && owner.get().equals(asker)
                    ? podman.containers()
                    : Reading.unknown(why);
          };
      listed.put(key, known);
    }
    return known.map(all -> all.stream().filter(EngineJson.Listed::runs).toList());
  }

  /**
   * All containers of that user's Docker, asked anew, with the ports that they are configured to
   * publish: one that is about to start is not among those that run, and its forwarder is there
   * before it is.
   */
  Reading<List<EngineJson.Listed>> all(Speaker speaker) {
    Optional<Uid> owner = speaker.uid();
    if (owner.isEmpty()) {
      return Reading.unknown(Reading.Why.VANISHED);
    }
    return switch (answers.get(DOCKER, owner.get(), "/containers/json?all=1")) {
      case Reading.Known<JsonValue>(JsonValue.Items items) -> {
        List<EngineJson.Listed> all = new ArrayList<>();
        Reading<List<EngineJson.Listed>> whole = Reading.known(all);
        for (EngineJson.Listed one : EngineJson.listed(items)) {
          switch (one.runs() ? Reading.known(one) : configured(one, owner.get())) {
            case Reading.Known<EngineJson.Listed>(EngineJson.Listed known) -> all.add(known);
            case Reading.Unknown<EngineJson.Listed>(Reading.Why why) ->
                whole = Reading.unknown(why);
          }
        }
        yield whole;
      }
      case Reading.Known<JsonValue> other -> Reading.unknown(Reading.Why.UNREADABLE);
      case Reading.Unknown<JsonValue>(Reading.Why why) -> Reading.unknown(why);
    };
  }

  /** While the engine starts or stops a container it does not tell of it, but its files do. */
  private Reading<EngineJson.Listed> configured(EngineJson.Listed one, Uid owner) {
    return switch (inspectIdle(owner, one.id())) {
      case Reading.Known<EngineJson.Inspected>(EngineJson.Inspected told) ->
          Reading.known(told.is(new Container(DOCKER, one.id())) ? one.with(told) : one);
      case Reading.Unknown<EngineJson.Inspected>(Reading.Why why) ->
          file(one.id(), owner).map(bindings -> one.busyWith(EngineJson.configured(bindings)));
    };
  }

  /** What the engine has written of a container's ports. */
  private Reading<JsonValue> file(String id, Uid owner) {
    Optional<String> root =
        answers
            .get(DOCKER, owner, "/info")
            .toOptional()
            .flatMap(info -> info.at("DockerRootDir").text())
            .filter(path -> path.startsWith("/"));
    return root.isPresent()
            && proc.text(root.get() + "/containers/" + id + "/hostconfig.json")
                instanceof CallResult.Ok<String>(String text)
        ? JsonReader.parse(text)
            .map(config -> Reading.known(config.at("PortBindings")))
            .orElse(Reading.unknown(Reading.Why.UNREADABLE))
        : Reading.unknown(Reading.Why.TIMED_OUT);
  }

  /** Whether that user's engine still has such a container; unknown where none answers. */
  Reading<Boolean> has(Container container, Speaker speaker) {
    Optional<Uid> owner = speaker.uid();
    if (owner.isEmpty()) {
      return Reading.unknown(Reading.Why.VANISHED);
    }
    Reading<Boolean> told =
        inspect(container.engine(), owner.get(), container.id()).map(one -> one.is(container));
    return told instanceof Reading.Unknown<Boolean>
            && container.engine() == Container.Engine.PODMAN
            && owner.get().equals(asker)
        ? podman
            .containers()
            .map(all -> all.stream().anyMatch(one -> one.id().equals(container.id())))
        : told;
  }

  /** The swarm service that has published that port, through the engine itself. */
  Optional<EngineJson.Service> service(Speaker speaker, PortTarget target) {
    return speaker
        .uid()
        .map(owner -> answers.get(Container.Engine.DOCKER, owner, "/services"))
        .flatMap(Reading::toOptional)
        .flatMap(services ->
            services.items().stream()
                .flatMap(one -> EngineJson.service(one, target).stream())
                .findFirst());
  }

  private Reading<EngineJson.Inspected> inspect(Container.Engine engine, Uid owner, String which) {
    return inspected.computeIfAbsent(
        key(engine, owner, which),
        any -> answers.get(engine, owner, one(which)).map(EngineJson::inspected));
  }

  /** The same of a container that does not run, with which its engine may be busy. */
  private Reading<EngineJson.Inspected> inspectIdle(Uid owner, String id) {
    return inspected.computeIfAbsent(
        key(DOCKER, owner, id),
        any -> answers.ofContainer(DOCKER, owner, one(id)).map(EngineJson::inspected));
  }

  private static String key(Container.Engine engine, Uid owner, String which) {
    return engine.word() + " " + owner + " " + which;
  }

  private static String one(String which) {
    return "/containers/" + which + "/json";
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
}
