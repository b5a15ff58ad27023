package inuse.zoo.oracle;

import inuse.core.ask.Asker;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.explain.rule.LookupRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Makes servers, examines them as the product does, and compares who is to answer at an address,
 * which is the newcomer's, with who answers real clients.
 */
final class LookupTrial implements Comparing {
  private static final int CLIENTS = 12;

  /** More of them, where one of several that share has got nothing: it may be chance. */
  private static final int MANY_CLIENTS = 100;

  private final Worker worker;
  private final Asker asker;
  private final Map<String, Device> devices;
  private final boolean planted;
  private final Tally tally;

  /**
   * @param devices the network interfaces by name
   * @param planted whether the rule shall believe that all comes by lo
   */
  LookupTrial(
      Worker worker, Asker asker, Map<String, Device> devices, boolean planted, Tally tally) {
    this.worker = worker;
    this.asker = asker;
    this.devices = devices;
    this.planted = planted;
    this.tally = tally;
  }

  @Override
  public Optional<String> disagreement(Scenario scenario) {
    if (!RandomServers.ASKED.contains(scenario.newcomer().address())) {
      return Optional.empty();
    }
    try {
      return attempt(scenario);
    } finally {
      worker.clear();
    }
  }

  private Optional<String> attempt(Scenario scenario) {
    Worker.Held held = worker.hold(scenario);
    held.facts().forEach(fact -> tally.count("holder-" + fact.answer()));
    PortTarget target =
        new PortTarget(scenario.protocol(), Optional.empty(), new Port(held.port()));
    Newcomer anybody =
        new Newcomer(scenario.newcomer().uid(), false, false, false, OptionalInt.empty());
    List<BoundSocket> sockets =
        asker
            .ask(new Question<>(target, anybody, false, Optional.empty(), false), _ -> true)
            .sockets();
    IpAddress address = scenario.newcomer().ipAddress();
    LookupRule.Arrival arrival = new LookupRule.Arrival(address, device(address).index());
    if (!(LookupRule.answering(sockets, arrival)
        instanceof Reading.Known<List<BoundSocket>>(List<BoundSocket> answering))) {
      return Optional.of("not known, of " + sockets);
    }
    return compared(scenario, sockets, answering);
  }

  private Optional<String> compared(
      Scenario scenario, List<BoundSocket> sockets, List<BoundSocket> answering) {
    TreeSet<String> foretold = new TreeSet<>();
    answering.forEach(one -> foretold.add(Long.toUnsignedString(one.cookie())));
    String kind = scenario.protocol().word() + "-";
    tally.count(
        kind + (answering.isEmpty() ? "nobody" : answering.size() == 1 ? "one" : "several"));
    boolean beside = sockets.stream().filter(BoundSocket::isServers).count() > answering.size();
    if (beside && !answering.isEmpty()) {
      tally.count(kind + "past-another");
    }
    String address = scenario.newcomer().address();
    TreeSet<String> answered = new TreeSet<>(worker.ask(address, CLIENTS));
    if (!answered.equals(answering.isEmpty() ? new TreeSet<>(List.of("-")) : foretold)
        && answering.size() > 1) {
      answered.addAll(worker.ask(address, MANY_CLIENTS));
    }
    boolean agree =
        answering.isEmpty()
            ? answered.equals(new TreeSet<>(List.of("-")))
            : foretold.equals(answered);
    if (!agree && scenario.protocol() == Protocol.UDP && foretold.containsAll(answered)) {
      // Which of them was bound last does not show.
      tally.count("not-foreseeable");
      agree = true;
    }
    return agree
        ? Optional.empty()
        : Optional.of("rule " + foretold + ", kernel " + answered + "; " + told(sockets));
  }

  private static String told(List<BoundSocket> sockets) {
    StringBuilder text = new StringBuilder();
    sockets.forEach(one ->
        text.append(
            "%s %s %s; ".formatted(Long.toUnsignedString(one.cookie()), one.state(), one.local())));
    return text.toString();
  }

  /** The interface that has the address. */
  private Device device(IpAddress address) {
    boolean lo = planted || !RandomServers.ON_D0.contains(address.toString());
    return Optional.ofNullable(devices.get(lo ? "lo" : "d0")).orElseThrow();
  }
}
