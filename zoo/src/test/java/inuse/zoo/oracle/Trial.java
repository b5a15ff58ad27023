package inuse.zoo.oracle;

import inuse.core.ask.Asker;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.explain.rule.BindRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Creates a scenario, examines it as the product does, and compares the rule with the kernel. */
final class Trial implements Comparing {
  /** See {@link PortMemory#mayLetIn}: the one case that is not compared, but counted. */
  private static final String EITHER = "ok or EADDRINUSE";

  private final Worker worker;
  private final Asker asker;
  private final Map<String, Device> devices;
  private final boolean planted;
  private final Tally tally;

  /**
   * @param devices the network interfaces by name
   * @param planted whether the rule shall forget that SO_REUSEPORT is for one user alone
   */
  Trial(Worker worker, Asker asker, Map<String, Device> devices, boolean planted, Tally tally) {
    this.worker = worker;
    this.asker = asker;
    this.devices = devices;
    this.planted = planted;
    this.tally = tally;
  }

  @Override
  public Optional<String> disagreement(Scenario scenario) {
    try {
      return attempt(scenario);
    } finally {
      worker.clear();
    }
  }

  private Optional<String> attempt(Scenario scenario) {
    Worker.Held held = worker.hold(scenario);
    held.facts().forEach(fact -> tally.count("holder-" + fact.answer()));
    PortMemory memory = new PortMemory();
    memory.holdersCame(scenario.holders(), held.facts());
    Part newcomer = scenario.newcomer();
    boolean reusePort = newcomer.has("rp");

    List<BoundSocket> sockets = look(scenario, held.port());
    sockets.forEach(tally::saw);
    Prediction bind = predict(sockets, held.facts(), scenario, memory, false);
    Worker.Answer bound = worker.bind();
    tally.count("bind-" + bound.errno());
    if (bind.errno.equals(EITHER)) {
      return Optional.empty();
    }
    if (!bind.errno.equals(bound.errno())) {
      return Optional.of(bind.against("bind", bound.errno()));
    }
    if (!bound.errno().equals("ok") || scenario.protocol() != Protocol.TCP) {
      return Optional.empty();
    }
    memory.took(newcomer, reusePort);
    List<Worker.Fact> facts = held.facts();
    if (scenario.goesOn()) {
      List<Worker.Fact> later = worker.goOn().facts();
      for (int i = 0; i < later.size(); i++) {
        memory.calls(scenario.holders().get(i), later.get(i));
      }
      sockets =
          look(scenario, held.port()).stream()
              .filter(socket -> socket.cookie() != bound.cookie())
              .toList();
    }
    Prediction listen = predict(sockets, facts, scenario, memory, true);
    String listened = worker.listen();
    tally.count("listen-" + listened);
    return listen.errno.equals(listened) || listen.errno.equals(EITHER)
        ? Optional.empty()
        : Optional.of(listen.against("listen", listened));
  }

  /** The scenario with the holders that could be made. */
  private static Scenario here(Scenario scenario, List<Worker.Fact> facts) {
    List<Part> holders = new ArrayList<>();
    for (int i = 0; i < facts.size(); i++) {
      if (facts.get(i).isHere()) {
        holders.add(scenario.holders().get(i));
      }
    }
    return new Scenario(scenario.protocol(), holders, scenario.newcomer());
  }

  private List<BoundSocket> look(Scenario scenario, int port) {
    PortTarget target =
        new PortTarget(
            scenario.protocol(), Optional.of(scenario.newcomer().ipAddress()), new Port(port));
    return asker
        .ask(new Question<>(target, newcomer(scenario), false, Optional.empty(), false), _ -> true)
        .sockets();
  }

  private Newcomer newcomer(Scenario scenario) {
    return newcomer(scenario.newcomer(), scenario.newcomer().uid());
  }

  private Newcomer newcomer(Part part, Uid uid) {
    Newcomer newcomer =
        new Newcomer(uid, part.has("ra"), part.has("rp"), part.has("6only"), OptionalInt.empty());
    return part.option("dev=").map(devices::get).map(newcomer::withDevice).orElse(newcomer);
  }

  /** The expected errno, and why. */
  private record Prediction(String errno, List<String> reasons) {
    String against(String call, String actual) {
      return call + ": rule " + errno + ", kernel " + actual + "; " + String.join("; ", reasons);
    }
  }

  private Prediction predict(
      List<BoundSocket> sockets,
      List<Worker.Fact> facts,
      Scenario scenario,
      PortMemory memory,
      boolean listens) {
    List<String> reasons = new ArrayList<>();
    boolean refused = false;
    for (BoundSocket socket : sockets) {
      BindRule.Outcome outcome = rule(socket, scenario, listens);
      if (outcome == BindRule.Outcome.DEPENDS) {
        tally.count("options-not-readable");
        outcome = rule(completed(socket, facts), scenario, listens);
      }
      reasons.add(outcome + " " + socket.state() + " " + socket.local());
      if (outcome == BindRule.Outcome.DEPENDS) {
        return new Prediction("unknown: made by nobody", List.of(socket.toString()));
      }
      refused |= outcome == BindRule.Outcome.REFUSED;
    }
    if (refused && scenario.newcomer().has("rp")) {
      boolean letIn =
          switch (scenario.protocol()) {
            case TCP -> memory.surelyLetsIn(scenario.newcomer());
            case UDP -> theFirstInTheWayShares(sockets, here(scenario, facts));
          };
      if (!letIn && scenario.protocol() == Protocol.TCP && memory.mayLetIn(scenario.newcomer())) {
        tally.count("not-foreseeable");
        return new Prediction(EITHER, reasons);
      }
      if (letIn) {
        tally.count("let-in-unseen-" + scenario.protocol().word());
        reasons.add("the kernel lets it in without a look at all of them");
        refused = false;
      }
    }
    return new Prediction(refused ? "EADDRINUSE" : "ok", reasons);
  }

  /**
   * For UDP the kernel looks at no other socket once it found one to share with by SO_REUSEPORT:
   * udp_lib_lport_inuse(), net/ipv4/udp.c.
   */
  private boolean theFirstInTheWayShares(List<BoundSocket> sockets, Scenario scenario) {
    Scenario without = scenario.withNewcomer(scenario.newcomer().without("rp"));
    return UdpChain.order(sockets, scenario.holders()).stream()
        .filter(socket -> rule(socket, without, false) != BindRule.Outcome.ALLOWED)
        .findFirst()
        .filter(first -> rule(first, scenario, false) == BindRule.Outcome.ALLOWED)
        .isPresent();
  }

  private BindRule.Outcome rule(BoundSocket socket, Scenario scenario, boolean listens) {
    Newcomer newcomer =
        planted ? newcomer(scenario.newcomer(), socket.owner().uid()) : newcomer(scenario);
    return listens
        ? BindRule.listen(socket, newcomer, scenario.newcomer().ipAddress())
        : BindRule.bind(socket, newcomer, scenario.newcomer().ipAddress());
  }

  /** With the options that nobody can read, of a socket without a descriptor, from who made it. */
  private static BoundSocket completed(BoundSocket socket, List<Worker.Fact> facts) {
    return facts.stream()
        .filter(fact ->
            socket.inode().isEmpty()
                && socket.peer().filter(peer -> peer.port().number() == fact.farPort()).isPresent())
        .findFirst()
        .map(fact ->
            socket.withOptions(
                new BoundSocket.Options(
                    Reading.known(fact.reuseAddress()),
                    Reading.known(fact.reusePort()),
                    Reading.known(fact.ipv6Only()))))
        .orElse(socket);
  }
}
