package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.rule.LookupRule.Arrival;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who answers a client that asks for a port of this host by a name, for each name that it may use:
 * {@code localhost}, 127.0.0.1, [::1], the addresses of the interfaces, and those that a server is
 * bound to.
 *
 * <p>A client of TCP tries the addresses of a name one after the other, in the order of
 * getaddrinfo(3), until somebody answers. Programs that resolve {@code localhost} in their own way,
 * as curl and browsers do ([::1] first, whatever /etc/hosts says), are not regarded.
 */
public record WhoAnswers(List<Answer> answers) {
  /** The name that stands for this host itself. */
  public static final String LOCALHOST = "localhost";

  /** The interface lo has this index in every network namespace. */
  private static final int LO = 1;

  public WhoAnswers {
    answers = List.copyOf(answers);
  }

  /**
   * One name.
   *
   * @param name {@code localhost}, or an address as in a URL
   * @param tries the addresses that a client tries
   * @param sockets those of which one answers; unknown where an option could not be read
   * @param forward the rule of the packet filter that answers other hosts instead
   */
  public record Answer(
      String name,
      List<Arrival> tries,
      Reading<List<BoundSocket>> sockets,
      Optional<Untrusted> forward) {
    public Answer {
      tries = List.copyOf(tries);
    }

    /** Whether that socket would answer, were it the only one. */
    public boolean wouldBeOf(BoundSocket socket) {
      return tries.stream().anyMatch(one -> LookupRule.takes(socket, one));
    }

    /** Whether it answers, now or another time. */
    public boolean isOf(BoundSocket socket) {
      return sockets.toOptional().filter(all -> all.contains(socket)).isPresent();
    }
  }

  /**
   * The answers to all names.
   *
   * @param sockets all of one protocol and port, in the order in which the kernel told them
   */
  public static WhoAnswers of(List<BoundSocket> sockets, HostNames names) {
    Map<IpAddress, Integer> devices = devices(sockets, names);
    List<Answer> answers = new ArrayList<>();
    // Nothing tells a client of UDP that nobody is there: it does not try another address.
    boolean once = sockets.stream().anyMatch(one -> one.protocol() == Protocol.UDP);
    List<Arrival> localhost =
        names.localhost().stream()
            .filter(devices::containsKey)
            .limit(once ? 1 : names.localhost().size())
            .map(one -> arrival(one, devices))
            .toList();
    if (!localhost.isEmpty()) {
      answers.add(new Answer(LOCALHOST, localhost, first(sockets, localhost), Optional.empty()));
    }
    for (IpAddress address : devices.keySet()) {
      List<Arrival> one = List.of(arrival(address, devices));
      answers.add(new Answer(inUrl(address), one, first(sockets, one), names.forward(address)));
    }
    return new WhoAnswers(answers);
  }

  /** The names by which a client does not reach this socket for another's sake. */
  public List<Answer> takenFrom(List<BoundSocket> server) {
    return answers.stream()
        .filter(one -> server.stream().anyMatch(one::wouldBeOf))
        .filter(one -> server.stream().noneMatch(one::isOf))
        .toList();
  }

  /** The addresses that are asked for, each with the interface that has it. */
  private static Map<IpAddress, Integer> devices(List<BoundSocket> sockets, HostNames names) {
    Map<IpAddress, Integer> devices = new LinkedHashMap<>();
    devices.put(IpAddress.LOOPBACK_V4, LO);
    devices.put(IpAddress.LOOPBACK_V6, LO);
    if (names.addresses()
        instanceof Reading.Known<List<LocalAddress>>(List<LocalAddress> addresses)) {
      if (addresses.stream().noneMatch(one -> one.address().equals(IpAddress.LOOPBACK_V6))) {
        devices.remove(IpAddress.LOOPBACK_V6);
      }
      addresses.stream()
          .filter(one -> one.state() == LocalAddress.State.READY)
          .filter(one -> !one.address().needsInterface())
          .forEach(one -> devices.putIfAbsent(one.address(), one.device().index()));
    }
    boolean known = names.addresses() instanceof Reading.Known<List<LocalAddress>>;
    for (BoundSocket socket : sockets) {
      IpAddress local = socket.local().address().unmapped();
      if (socket.takesClients() && (local.isLoopback() || (!known && isOfOneHost(local)))) {
        devices.putIfAbsent(local, socket.device().map(Device::index).orElse(LO));
      }
    }
    return devices;
  }

  private static boolean isOfOneHost(IpAddress address) {
    return !address.isMulticast() && !address.isWildcard() && !address.needsInterface();
  }

  private static Arrival arrival(IpAddress address, Map<IpAddress, Integer> devices) {
    return new Arrival(address, devices.getOrDefault(address, LO));
  }

  private static Reading<List<BoundSocket>> first(List<BoundSocket> sockets, List<Arrival> tries) {
    Reading<List<BoundSocket>> answer = Reading.known(List.of());
    for (Arrival one : tries) {
      answer = LookupRule.answering(sockets, one);
      if (!answer.equals(Reading.known(List.of()))) {
        return answer;
      }
    }
    return answer;
  }

  /** As it stands in a URL. */
  public static String inUrl(IpAddress address) {
    return address.family() == IpAddress.Family.V6 ? "[" + address + "]" : address.toString();
  }
}
