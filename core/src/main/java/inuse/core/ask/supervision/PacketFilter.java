package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.NFPROTO_INET;
import static inuse.kernel.abi.Constants.NFPROTO_IPV4;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;
import static inuse.kernel.abi.Constants.NF_INET_PRE_ROUTING;

import inuse.core.ask.supervision.FilterRegisters.Answer;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Addresses;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.kernel.netfilter.Chain;
import inuse.kernel.netfilter.Expression;
import inuse.kernel.netfilter.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows a packet for a port through the rules of one packet filter, from where packets of other
 * hosts arrive, to the rules that send it elsewhere. Of the packet the family, the protocol, the
 * destination port and perhaps the destination address are known; what depends on anything else may
 * happen or not. Only ways on which a rule names the port count.
 */
final class PacketFilter {
  /** How deep rules jump: the kernel's own bound (NFT_JUMP_STACK_SIZE). */
  private static final int MAX_DEPTH = 16;

  /** Expressions and elements of sets that are looked at for one port. */
  private static final int MAX_STEPS = 1_000_000;

  /** Places that one port is sent to. */
  private static final int MAX_PLACES = 16;

  private static final int PORT_OFFSET = 2;
  private static final int V4_PROTOCOL = 9;
  private static final int V4_DESTINATION = 16;
  private static final int V6_PROTOCOL = 6;
  private static final int V6_DESTINATION = 24;
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;
  private static final int INTERFACE_BYTES = 16;
  private static final int WORD_BYTES = 4;

  private record Name(int family, String table, String chain) {}

  /** The sets of a filter; empty where one cannot be read. */
  interface Sets {
    Optional<FilterSet> find(int family, String table, String set);
  }

  /**
   * Where a port is sent, by the rule that names it.
   *
   * @param places where the rule sends it; on the wildcard address if only a port is named
   */
  record Way(Untrusted words, List<Endpoint> places) {
    Way {
      places = List.copyOf(places);
    }
  }

  /** What becomes of a packet after a rule. */
  private enum Next {
    RULE,
    RETURN,
    END
  }

  private final List<Chain> beginnings;
  private final Map<Name, List<Rule>> rules = new HashMap<>();
  private final Sets sets;

  PacketFilter(List<Chain> chains, List<Rule> rules, Sets sets) {
    beginnings = chains.stream().filter(one -> one.hook() == NF_INET_PRE_ROUTING).toList();
    for (Rule rule : rules) {
      Name name = new Name(rule.family(), rule.table(), rule.chain());
      this.rules.computeIfAbsent(name, any -> new ArrayList<>()).add(rule);
    }
    this.sets = sets;
  }

  /** Where the target's packets are sent, if anywhere. */
  Optional<Way> way(PortTarget target) {
    Optional<IpAddress> address =
        target.address().map(IpAddress::unmapped).filter(one -> !one.isWildcard());
    // A server at the wildcard address of IPv6 is one of IPv4 too.
    boolean onlyV4 =
        target.address().filter(one -> one.unmapped().family() == IpAddress.Family.V4).isPresent();
    boolean onlyV6 = address.isPresent() && !onlyV4;
    return (onlyV6 ? Optional.<Way>empty() : new Walk(NFPROTO_IPV4, target, address).way())
        .or(() -> onlyV4 ? Optional.empty() : new Walk(NFPROTO_IPV6, target, address).way());
  }

  /** The way of one packet. */
  private final class Walk {
    private final int family;
    private final PortTarget target;
    private final String address;
    private final String protocol;
    private final String port;
    private final List<Endpoint> places = new ArrayList<>();
    private Optional<Rule> found = Optional.empty();
    private Expression.Way how = Expression.Way.DNAT;
    private int steps;

    Walk(int family, PortTarget target, Optional<IpAddress> address) {
      this.family = family;
      this.target = target;
      this.address = address.map(Walk::bytes).orElse("");
      protocol =
          String.valueOf((char) (target.protocol() == Protocol.TCP ? IPPROTO_TCP : IPPROTO_UDP));
      int number = target.port().number();
      port = "" + (char) (number >> 8) + (char) (number & 0xff);
    }

    private static String bytes(IpAddress address) {
      byte[] bytes = new byte[address.family() == IpAddress.Family.V4 ? V4_BYTES : V6_BYTES];
      new RawAddress(address.high(), address.low()).write(bytes, 0, bytes.length);
      return Bytes.text(bytes, 0, bytes.length);
    }

    Optional<Way> way() {
      for (Chain chain : beginnings) {
        if (chain.family() == family || chain.family() == NFPROTO_INET) {
          follow(new Name(chain.family(), chain.table(), chain.name()), Optional.empty(), 0);
        }
      }
      return found.map(rule -> new Way(words(rule), places));
    }

    /** In nft(8)'s words, with where it is found. */
    private Untrusted words(Rule rule) {
      String to = places.isEmpty() ? "" : " to " + place(places.getFirst());
      String more = places.size() > 1 ? " and " + (places.size() - 1) + " more" : "";
      String kind = rule.family() == NFPROTO_INET ? "inet" : family == NFPROTO_IPV4 ? "ip" : "ip6";
      return new Untrusted(
          target.protocol().word()
              + " dport "
              + target.port()
              + " "
              + how.word()
              + to
              + more
              + " (chain "
              + rule.chain()
              + " of table "
              + kind
              + " "
              + rule.table()
              + ")");
    }

    private String place(Endpoint place) {
      return place.address().isWildcard() ? ":" + place.port() : place.toString();
    }

    private Next follow(Name chain, Optional<Rule> naming, int depth) {
      for (Rule rule : rules.getOrDefault(chain, List.of())) {
        Next next = step(rule, 0, new FilterRegisters(), true, naming, depth);
        if (next != Next.RULE) {
          return next;
        }
      }
      return Next.RULE;
    }

    private Next step(
        Rule rule,
        int from,
        FilterRegisters registers,
        boolean surely,
        Optional<Rule> naming,
        int depth) {
      boolean sure = surely;
      Optional<Rule> named = naming;
      for (int i = from; i < rule.expressions().size(); i++) {
        if (++steps > MAX_STEPS) {
          return Next.END;
        }
        switch (rule.expressions().get(i)) {
          case Expression.Payload one -> payload(one, registers);
          case Expression.Meta one -> meta(one, registers);
          case Expression.Load one -> registers.load(one.register(), one.value());
          case Expression.Mask one -> registers.mask(one.from(), one.to(), one.mask(), one.flips());
          case Expression.Between one -> {
            Answer answer =
                registers.between(one.register(), one.low(), one.high()).inverted(one.inverted());
            if (answer == Answer.NO) {
              return Next.RULE;
            }
            sure &= answer == Answer.YES;
            if (!one.inverted() && registers.havePort(one.register(), one.low().length())) {
              named = named.or(() -> Optional.of(rule));
            }
          }
          case Expression.Ports one -> {
            if (isIn(one) == one.inverted()) {
              return Next.RULE;
            }
            if (!one.inverted()) {
              named = named.or(() -> Optional.of(rule));
            }
          }
          case Expression.Lookup one -> {
            if (one.into().isPresent()) {
              return look(one, rule, i, registers, sure, named, depth);
            }
            Answer answer = isIn(one, rule, registers).inverted(one.inverted());
            if (answer == Answer.NO) {
              return Next.RULE;
            }
            sure &= answer == Answer.YES;
            if (!one.inverted() && hasPort(one, rule, registers)) {
              named = named.or(() -> Optional.of(rule));
            }
          }
          case Expression.Translate one -> {
            named.ifPresent(by -> send(by, one, registers));
            return sure ? Next.END : Next.RULE;
          }
          case Expression.Verdict one -> {
            return decide(one, rule, sure, named, depth);
          }
          case Expression.Passing one -> {}
          case Expression.Other one -> {
            registers.forget();
            sure = false;
          }
        }
      }
      return Next.RULE;
    }

    private void payload(Expression.Payload one, FilterRegisters registers) {
      registers.forget(one.register(), one.length());
      for (int i = 0; i < one.length(); i++) {
        int at = one.offset() + i;
        int into = one.register() + i;
        switch (one.base()) {
          case TRANSPORT -> {
            if (at >= PORT_OFFSET && at < PORT_OFFSET + port.length()) {
              registers.loadPortByte(into, port.charAt(at - PORT_OFFSET));
            }
          }
          case NETWORK -> {
            boolean v4 = family == NFPROTO_IPV4;
            int destination = at - (v4 ? V4_DESTINATION : V6_DESTINATION);
            if (at == (v4 ? V4_PROTOCOL : V6_PROTOCOL)) {
              registers.loadByte(into, protocol.charAt(0));
            } else if (destination >= 0 && destination < address.length()) {
              registers.loadByte(into, address.charAt(destination));
            }
          }
          case OTHER -> {}
        }
      }
    }

    private void meta(Expression.Meta one, FilterRegisters registers) {
      switch (one.key()) {
        case FAMILY -> registers.load(one.register(), String.valueOf((char) family));
        case PROTOCOL -> registers.load(one.register(), protocol);
        case INTERFACE -> registers.forget(one.register(), INTERFACE_BYTES);
        case OTHER -> registers.forget(one.register(), WORD_BYTES);
      }
    }

    private boolean isIn(Expression.Ports ports) {
      int number = target.port().number();
      return ports.ranges().stream().anyMatch(one -> one.first() <= number && number <= one.last());
    }

    private Answer answer(FilterSet.Entry entry, int register, FilterRegisters registers) {
      if (entry.isForOthers() || entry.high().length() != entry.low().length()) {
        return Answer.MAYBE;
      }
      return entry.parts()
          ? registers.betweenInParts(register, entry.low(), entry.high())
          : registers.between(register, entry.low(), entry.high());
    }

    private Optional<FilterSet> set(Expression.Lookup one, Rule rule) {
      Optional<FilterSet> set = sets.find(rule.family(), rule.table(), one.set());
      steps += set.map(it -> it.entries().size()).orElse(0);
      return set;
    }

    private Answer isIn(Expression.Lookup one, Rule rule, FilterRegisters registers) {
      Optional<FilterSet> set = set(one, rule);
      if (set.isEmpty()) {
        return Answer.MAYBE;
      }
      Answer best = Answer.NO;
      for (FilterSet.Entry entry : set.get().entries()) {
        Answer answer = answer(entry, one.register(), registers);
        best = answer.compareTo(best) > 0 ? answer : best;
      }
      return best;
    }

    private boolean hasPort(Expression.Lookup one, Rule rule, FilterRegisters registers) {
      return sets.find(rule.family(), rule.table(), one.set()).stream()
          .flatMap(set -> set.entries().stream())
          .filter(entry -> !entry.isForOthers())
          .findFirst()
          .filter(entry -> registers.havePort(one.register(), entry.low().length()))
          .isPresent();
    }

    /** Follows each entry of a map that the packet may have. */
    private Next look(
        Expression.Lookup one,
        Rule rule,
        int at,
        FilterRegisters registers,
        boolean sure,
        Optional<Rule> naming,
        int depth) {
      for (FilterSet.Entry entry : set(one, rule).map(FilterSet::entries).orElse(List.of())) {
        Answer answer = answer(entry, one.register(), registers);
        if (answer == Answer.NO) {
          continue;
        }
        Optional<Rule> named =
            naming.or(() ->
                registers.havePort(one.register(), entry.low().length())
                    ? Optional.of(rule)
                    : Optional.empty());
        boolean only = sure && answer == Answer.YES;
        Next next;
        if (one.into().getAsInt() == Expression.VERDICT) {
          next =
              entry
                  .verdict()
                  .map(verdict -> decide(verdict, rule, only, named, depth))
                  .orElse(Next.RULE);
        } else {
          FilterRegisters loaded = registers.copy();
          loaded.load(one.into().getAsInt(), entry.value());
          next = step(rule, at + 1, loaded, only, named, depth);
        }
        if (next != Next.RULE || steps > MAX_STEPS) {
          return next;
        }
      }
      return Next.RULE;
    }

    private Next decide(
        Expression.Verdict verdict, Rule rule, boolean sure, Optional<Rule> named, int depth) {
      return switch (verdict.decision()) {
        case CONTINUE -> Next.RULE;
        case END -> sure ? Next.END : Next.RULE;
        case RETURN -> sure ? Next.RETURN : Next.RULE;
        case JUMP, GOTO -> {
          Next next =
              depth < MAX_DEPTH
                  ? follow(new Name(rule.family(), rule.table(), verdict.chain()), named, depth + 1)
                  : Next.RULE;
          if (!sure) {
            yield steps > MAX_STEPS ? Next.END : Next.RULE;
          }
          yield next == Next.END
              ? Next.END
              : verdict.decision() == Expression.Decision.GOTO ? Next.RETURN : Next.RULE;
        }
      };
    }

    private void send(Rule rule, Expression.Translate one, FilterRegisters registers) {
      Optional<Endpoint> place = place(one, registers);
      if (place.filter(this::isTarget).isPresent()) {
        return;
      }
      if (found.isEmpty()) {
        found = Optional.of(rule);
        how = one.way();
      }
      if (place.isPresent() && !places.contains(place.get()) && places.size() < MAX_PLACES) {
        places.add(place.get());
      }
    }

    /** Whether that is where it was sent anyway. */
    private boolean isTarget(Endpoint place) {
      boolean same =
          place.address().isWildcard()
              || target.address().filter(place.address()::equals).isPresent();
      return same && place.port().equals(target.port());
    }

    /** Where it is sent, if that is known. */
    private Optional<Endpoint> place(Expression.Translate one, FilterRegisters registers) {
      boolean v4 = family == NFPROTO_IPV4;
      String to = value(one.address(), v4 ? V4_BYTES : V6_BYTES, registers);
      String newPort = value(one.port(), port.length(), registers);
      if (one.several()
          || (one.address().isPresent() && to.isEmpty())
          || (one.port().isPresent() && newPort.isEmpty())) {
        return Optional.empty();
      }
      Port number =
          newPort.isEmpty() ? target.port() : new Port(newPort.charAt(0) << 8 | newPort.charAt(1));
      return Optional.of(new Endpoint(to.isEmpty() ? any(v4) : address(to), number));
    }

    private static IpAddress any(boolean v4) {
      return v4 ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
    }

    private static IpAddress address(String bytes) {
      int length = bytes.length();
      return Addresses.address(length == V6_BYTES, RawAddress.read(Bytes.of(bytes), 0, length));
    }

    private String value(OptionalInt register, int length, FilterRegisters registers) {
      return register.isPresent() ? registers.value(register.getAsInt(), length) : "";
    }
  }
}
