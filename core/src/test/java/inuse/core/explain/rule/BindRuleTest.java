package inuse.core.explain.rule;

import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rule, as tables. They are those of experiments on a real kernel: docs/kernel-facts.md, 1.1,
 * 1.4 and 1.13.
 */
final class BindRuleTest {
  private static final Uid SAME = new Uid(1000);
  private static final Uid OTHER = new Uid(1001);

  /** Every state of TCP that has a port and does not listen. */
  private static final Set<SocketState> NOT_LISTENING =
      EnumSet.complementOf(EnumSet.of(SocketState.LISTEN, SocketState.SYN_RECV));

  private static Newcomer newcomer(String options) {
    return new Newcomer(
        SAME, options.contains("RA"), options.contains("RP"), false, OptionalInt.empty());
  }

  /** Options that are known; a question mark for those that are not. */
  private static SocketBuilder holder(SocketState state, String options) {
    SocketBuilder holder = socket(state);
    return options.contains("?")
        ? holder.unknownOptions()
        : holder.reuseAddress(options.contains("RA")).reusePort(options.contains("RP"));
  }

  private static String outcome(SocketBuilder holder, Newcomer newcomer) {
    return word(BindRule.bind(holder.build(), newcomer, IpAddress.ANY_V4));
  }

  private static String word(BindRule.Outcome outcome) {
    return switch (outcome) {
      case ALLOWED -> "ok";
      case REFUSED -> "B";
      case DEPENDS -> "?";
    };
  }

  private static List<String> row(SocketBuilder holder) {
    return List.of("-", "RA", "RP", "RA+RP").stream()
        .map(options -> outcome(holder, newcomer(options)))
        .toList();
  }

  @ParameterizedTest(name = "a listener with {0}: {1} {2} {3} {4}")
  @CsvSource({
    // holder, -,  RA, RP, RA+RP
    "-,        B,  B,  B,  B",
    "RA,       B,  B,  B,  B",
    "RP,       B,  B,  ok, ok",
    "RA+RP,    B,  B,  ok, ok",
    "?,        B,  B,  ?,  ?",
  })
  void aListenerSharesByReusePortAlone(
      String options, String plain, String ra, String rp, String both) {
    assertThat(row(holder(SocketState.LISTEN, options))).containsExactly(plain, ra, rp, both);
  }

  @ParameterizedTest(name = "any other socket with {0}: {1} {2} {3} {4}")
  @CsvSource({
    // holder, -,  RA, RP, RA+RP
    "-,        B,  B,  B,  B",
    "RA,       B,  ok, B,  ok",
    "RP,       B,  B,  ok, ok",
    "RA+RP,    B,  ok, ok, ok",
    "?,        B,  ?,  ?,  ?",
  })
  void anyOtherStateSharesByEitherOption(
      String options, String plain, String ra, String rp, String both) {
    for (SocketState state : NOT_LISTENING) {
      assertThat(row(holder(state, options))).as("%s", state).containsExactly(plain, ra, rp, both);
    }
  }

  @ParameterizedTest(name = "a UDP socket with {0}: {1} {2} {3} {4}")
  @CsvSource({
    // holder, -,  RA, RP, RA+RP
    "-,        B,  B,  B,  B",
    "RA,       B,  ok, B,  ok",
    "RP,       B,  B,  ok, ok",
    "RA+RP,    B,  ok, ok, ok",
    "?,        B,  ?,  ?,  ?",
  })
  void udpSharesByEitherOptionInEveryState(
      String options, String plain, String ra, String rp, String both) {
    for (SocketState state : new SocketState[] {SocketState.BOUND, SocketState.ESTABLISHED}) {
      assertThat(row(holder(state, options).udp())).containsExactly(plain, ra, rp, both);
    }
  }

  @ParameterizedTest(name = "{0} with {1} of another user: {2} {3} {4} {5}")
  @CsvSource({
    // state,     holder, -, RA, RP, RA+RP
    "LISTEN,      RP,     B, B,  B,  B",
    "LISTEN,      RA+RP,  B, B,  B,  B",
    "BOUND,       RP,     B, B,  B,  B",
    "ESTABLISHED, RA+RP,  B, ok, B,  ok",
    "FIN_WAIT2,   RP,     B, B,  B,  B",
    "TIME_WAIT,   RP,     B, B,  ok, ok",
    "TIME_WAIT,   RA+RP,  B, ok, ok, ok",
    "TIME_WAIT,   RA,     B, ok, B,  ok",
    "TIME_WAIT,   -,      B, B,  B,  B",
    "TIME_WAIT,   ?,      B, ?,  ?,  ?",
    "BOUND,       ?,      B, ?,  B,  ?",
  })
  void reusePortIsForOneUserAloneExceptInTimeWait(
      SocketState state, String options, String plain, String ra, String rp, String both) {
    assertThat(row(holder(state, options).uid(OTHER.number())))
        .containsExactly(plain, ra, rp, both);
  }

  @ParameterizedTest(name = "both {0}, then the holder listens: bind {1}, listen {2}")
  @CsvSource({
    // both,  bind, listen
    "-,       B,    B",
    "RA,      ok,   B",
    "RP,      ok,   ok",
    "RA+RP,   ok,   ok",
  })
  void whoListensFirstRefusesTheOthersListenUnlessTheyShareByReusePort(
      String options, String bind, String listen) {
    BoundSocket before = holder(SocketState.BOUND, options).build();
    BoundSocket after = holder(SocketState.LISTEN, options).build();
    Newcomer newcomer = newcomer(options);

    assertThat(word(BindRule.bind(before, newcomer, IpAddress.ANY_V4))).isEqualTo(bind);
    assertThat(word(BindRule.listen(after, newcomer, IpAddress.ANY_V4))).isEqualTo(listen);
    if (bind.equals("ok")) {
      assertThat(word(BindRule.listen(before, newcomer, IpAddress.ANY_V4))).isEqualTo("ok");
    }
  }

  @Test
  void aListenerElsewhereRefusesNoListen() {
    BoundSocket listener = at("127.0.0.1").reuseAddress(true).build();

    assertThat(BindRule.listen(listener, newcomer("RA"), address("127.0.0.2")))
        .isEqualTo(BindRule.Outcome.ALLOWED);
    assertThat(BindRule.listen(listener, newcomer("RA"), IpAddress.ANY_V4))
        .isEqualTo(BindRule.Outcome.REFUSED);
  }

  @Test
  void anOrphanInFinWait2ThatIsAStubCountsAsTimeWait() {
    SocketBuilder stub =
        holder(SocketState.FIN_WAIT2, "RP").uid(OTHER.number()).noInode().expires(30_000);

    assertThat(row(stub)).containsExactly("B", "B", "ok", "ok");
  }

  @Test
  void anUnansweredRequestRefusesNobody() {
    assertThat(row(holder(SocketState.SYN_RECV, "-"))).containsOnly("ok");
    assertThat(row(holder(SocketState.SYN_RECV, "?"))).containsOnly("ok");
  }

  @Test
  void oneUnknownAloneMakesItDepend() {
    assertThat(outcome(holder(SocketState.BOUND, "RA").reusePort(false), newcomer("RA+RP")))
        .isEqualTo("ok");
    SocketBuilder halfKnown = socket(SocketState.BOUND).unknownOptions().reusePort(false);
    assertThat(outcome(halfKnown, newcomer("RP"))).isEqualTo("B");
    assertThat(outcome(halfKnown, newcomer("RA+RP"))).isEqualTo("?");
  }

  /** {@code 6} behind [::] is IPV6_V6ONLY. */
  private static final List<String> PLACES =
      List.of(
          "0.0.0.0",
          "127.0.0.1",
          "127.0.0.2",
          "::",
          "::6",
          "::1",
          "2001:db8::1",
          "::ffff:127.0.0.1",
          "::ffff:0.0.0.0");

  /** A column for each place in the same order, an x where two overlap. */
  private static final List<String> OVERLAPS =
      List.of(
          "x x x x . . . x x",
          "x x . x . . . x x",
          "x . x x . . . . x",
          "x x x x x x x x x",
          ". . . x x x x . .",
          ". . . x x x . . .",
          ". . . x x . x . .",
          "x x . x . . . x x",
          "x x x x . . . x x");

  @Test
  void addressesOverlapAsTheKernelSees() {
    for (int i = 0; i < PLACES.size(); i++) {
      StringBuilder row = new StringBuilder();
      for (String wanted : PLACES) {
        row.append(row.isEmpty() ? "" : " ").append(overlap(PLACES.get(i), wanted));
      }
      assertThat(row.toString()).as("held %s", PLACES.get(i)).isEqualTo(OVERLAPS.get(i));
    }
  }

  @ParameterizedTest(name = "connected at {0}, IPV6_V6ONLY {1}, wanted {2}: {3}")
  @CsvSource({
    "::1,              false,   0.0.0.0,        B",
    "::1,              true,    0.0.0.0,        ok",
    "::1,              unknown, 0.0.0.0,        ?",
    "::1,              false,   127.0.0.1,      ok",
    "::1,              unknown, 127.0.0.1,      ok",
    "::1,              false,   ::ffff:0.0.0.0, ok",
    "::1,              unknown, ::,             B",
    "::ffff:127.0.0.1, unknown, 0.0.0.0,        B",
  })
  void aConnectionOfADualStackSocketOverIpv6RefusesTheIpv4WildcardAsWell(
      String held, String ipv6Only, String wanted, String outcome) {
    SocketBuilder holder = socket(SocketState.ESTABLISHED).at(held);
    BoundSocket connection =
        (ipv6Only.equals("unknown")
                ? holder.unknownIpv6Only()
                : holder.ipv6Only(ipv6Only.equals("true")))
            .build();

    assertThat(word(BindRule.bind(connection, newcomer("-"), address(wanted)))).isEqualTo(outcome);
  }

  @Test
  void addressesOverlapForUdpAsForTcp() {
    for (String held : PLACES) {
      for (String wanted : PLACES) {
        SocketBuilder tcp = at(held);
        SocketBuilder udp = at(held).udp();
        assertThat(BindRule.bind(udp.build(), newcomerTo(wanted), address(wanted)))
            .isEqualTo(BindRule.bind(tcp.build(), newcomerTo(wanted), address(wanted)));
      }
    }
  }

  @Test
  void theTableOfOverlapsIsTheSameBothWays() {
    for (int i = 0; i < PLACES.size(); i++) {
      for (int j = 0; j < PLACES.size(); j++) {
        assertThat(OVERLAPS.get(i).charAt(2 * j)).isEqualTo(OVERLAPS.get(j).charAt(2 * i));
      }
    }
  }

  private static String overlap(String held, String wanted) {
    return switch (BindRule.bind(at(held).build(), newcomerTo(wanted), address(wanted))) {
      case REFUSED -> "x";
      case ALLOWED -> ".";
      case DEPENDS -> "?";
    };
  }

  private static SocketBuilder at(String place) {
    // To bind to an IPv6 address other than [::] sets the option.
    boolean only = place.equals("::6") || place.equals("::1") || place.startsWith("2001");
    return socket(SocketState.LISTEN).at(plain(place)).ipv6Only(only);
  }

  private static Newcomer newcomerTo(String place) {
    return new Newcomer(SAME, false, false, place.equals("::6"), OptionalInt.empty());
  }

  private static IpAddress address(String place) {
    return IpAddress.parse(plain(place)).orElseThrow();
  }

  private static String plain(String place) {
    return place.equals("::6") ? "::" : place;
  }

  @Test
  void aWildcardThatMayServeBothFamiliesMakesItDependForIpv4Alone() {
    SocketBuilder holder = socket(SocketState.LISTEN).at("::").unknownIpv6Only();

    assertThat(outcome(holder, newcomer("-"))).isEqualTo("?");
    assertThat(BindRule.bind(holder.build(), newcomer("-"), IpAddress.ANY_V6))
        .isEqualTo(BindRule.Outcome.REFUSED);
    assertThat(BindRule.bind(holder.build(), newcomer("-"), address("::1")))
        .isEqualTo(BindRule.Outcome.REFUSED);
  }

  @ParameterizedTest(name = "held on device {0}, wanted on {1}: {2}")
  @CsvSource({"0, 0, B", "0, 3, B", "3, 0, B", "3, 3, B", "3, 4, ok"})
  void onlyTwoDifferentDevicesKeepSocketsApart(int held, int wanted, String outcome) {
    SocketBuilder holder = socket(SocketState.LISTEN);
    Newcomer newcomer =
        new Newcomer(
            SAME, false, false, false, wanted == 0 ? OptionalInt.empty() : OptionalInt.of(wanted));

    assertThat(outcome(held == 0 ? holder : holder.device(held, "eth" + held), newcomer))
        .isEqualTo(outcome);
  }
}
