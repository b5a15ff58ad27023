package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.NFPROTO_IPV4;
import static inuse.kernel.abi.Constants.NF_INET_PRE_ROUTING;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.kernel.netfilter.Chain;
import inuse.kernel.netfilter.Element;
import inuse.kernel.netfilter.Expression;
import inuse.kernel.netfilter.Expression.Decision;
import inuse.kernel.netfilter.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What no tool would make: loops, and chains that multiply the ways through them. */
final class PacketFilterTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private static final Expression NAMED =
      new Expression.Ports(List.of(new Expression.Range(8080, 8080)), false);

  private static final Expression MAYBE = new Expression.Other();

  private final List<Rule> rules = new ArrayList<>();

  private void add(String chain, Expression... expressions) {
    rules.add(new Rule(NFPROTO_IPV4, "t", chain, List.of(expressions)));
  }

  private static Expression jump(String chain) {
    return new Expression.Verdict(Decision.JUMP, chain);
  }

  private static Expression[] redirect(int port) {
    String bytes = "" + (char) (port >> 8) + (char) (port & 0xff);
    return new Expression[] {
      new Expression.Load(0, bytes),
      new Expression.Translate(
          Expression.Way.REDIRECT, OptionalInt.empty(), OptionalInt.of(0), false)
    };
  }

  private List<Endpoint> places(Element... elements) {
    return new PacketFilter(
            List.of(new Chain(NFPROTO_IPV4, "t", "pre", NF_INET_PRE_ROUTING)),
            rules,
            (family, table, set) ->
                elements.length == 0
                    ? Optional.empty()
                    : Optional.of(FilterSet.of(false, List.of(elements))))
        .way(TARGET)
        .map(PacketFilter.Way::places)
        .orElse(List.of());
  }

  @Test
  void aLoopEnds() {
    add("pre", NAMED, jump("pre"));
    add("pre", redirect(90));
    add("other", redirect(91));

    assertThat(places()).extracting(one -> one.port().number()).containsExactly(90);
  }

  @Test
  void waysThatMultiplyEnd() {
    add("pre", NAMED, jump("0"));
    for (int i = 0; i < 15; i++) {
      for (int j = 0; j < 10; j++) {
        add(Integer.toString(i), MAYBE, jump(Integer.toString(i + 1)));
      }
    }

    assertThat(places()).isEmpty();
  }

  @Test
  void whatTenThousandRulesPassOnIsFound() {
    for (int i = 0; i < 10_000; i++) {
      add(
          "pre",
          new Expression.Ports(List.of(new Expression.Range(i + 10_000, i + 10_000)), false));
    }
    add("pre", NAMED, redirect(90)[0], redirect(90)[1]);

    assertThat(places()).extracting(one -> one.port().number()).containsExactly(90);
  }

  @Test
  void aRuleThatNamesNoPortIsOfNoPort() {
    add("pre", redirect(90));
    add("pre", new Expression.Ports(List.of(new Expression.Range(22, 22)), true), jump("to"));
    add("to", redirect(91));

    assertThat(places()).isEmpty();
  }

  @Test
  void noMorePlacesAreKeptThanABound() {
    Element[] many =
        IntStream.range(0, 100)
            .mapToObj(i ->
                new Element(
                    "\0\0\0" + (char) i,
                    Optional.empty(),
                    false,
                    "\0" + (char) i,
                    Optional.empty()))
            .toArray(Element[]::new);
    add(
        "pre",
        NAMED,
        MAYBE,
        new Expression.Lookup("map", 0, OptionalInt.of(16), false),
        new Expression.Translate(
            Expression.Way.REDIRECT, OptionalInt.empty(), OptionalInt.of(16), false));

    assertThat(places(many)).hasSize(16);
  }

  @Test
  void whereASetCannotBeReadItsRuleIsNotFollowed() {
    add("pre", NAMED, new Expression.Lookup("map", 0, OptionalInt.of(Expression.VERDICT), false));
    add(
        "pre",
        NAMED,
        new Expression.Lookup("set", 0, OptionalInt.empty(), false),
        MAYBE,
        jump("to"));
    add("to", redirect(91));

    assertThat(places()).extracting(one -> one.port().number()).containsExactly(91);
  }
}
