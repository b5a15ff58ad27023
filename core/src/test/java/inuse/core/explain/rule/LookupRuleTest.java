package inuse.core.explain.rule;

import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who answers, as a table. RandomHoldersTest in the zoo asks the kernel the same with thousands of
 * random servers.
 */
final class LookupRuleTest {
  private static final int LO = 1;
  private static final int ETH0 = 2;

  /** Servers at these places, in the order in which the kernel lists them. */
  private static List<BoundSocket> servers(SocketState state, String places) {
    List<BoundSocket> sockets = new ArrayList<>();
    for (String place : places.split(" ", -1)) {
      sockets.add(server(state, place, 100 + sockets.size()).build());
    }
    return sockets;
  }

  /** {@code ::} takes IPv4 too, {@code ::/6} does not; %2 is a device, and + SO_REUSEPORT. */
  private static SocketBuilder server(SocketState state, String place, int inode) {
    String address = place.replaceAll("[/+%].*", "");
    SocketBuilder socket =
        socket(state)
            .at(address)
            .inode(inode)
            .reusePort(place.endsWith("+"))
            .ipv6Only(place.contains("/6"));
    return place.contains("%2") ? socket.device(ETH0, "eth0") : socket;
  }

  private static LookupRule.Arrival at(String address) {
    boolean own = address.startsWith("127.") || address.equals("::1");
    return new LookupRule.Arrival(IpAddress.parse(address).orElseThrow(), own ? LO : ETH0);
  }

  /** The numbers of those that answer. */
  private static String answering(List<BoundSocket> sockets, String address) {
    return switch (LookupRule.answering(sockets, at(address))) {
      case Reading.Unknown<List<BoundSocket>> unknown -> "unknown";
      case Reading.Known<List<BoundSocket>>(List<BoundSocket> answering) ->
          answering.isEmpty()
              ? "nobody"
              : answering.stream()
                  .map(one -> Integer.toString(sockets.indexOf(one) + 1))
                  .reduce((one, other) -> one + "," + other)
                  .orElseThrow();
    };
  }

  @ParameterizedTest(name = "of {0}: {2} at {1}")
  @CsvSource({
    "0.0.0.0,                127.0.0.1,   1",
    "0.0.0.0,                ::1,         nobody",
    "0.0.0.0 ::1,            127.0.0.1,   1",
    "0.0.0.0 ::1,            ::1,         2",
    "0.0.0.0 ::1,            10.0.0.5,    1",
    "127.0.0.1 ::1,          10.0.0.5,    nobody",
    "0.0.0.0+ 127.0.0.1+,    127.0.0.1,   2",
    "0.0.0.0+ 127.0.0.1+,    127.0.0.2,   1",
    "::,                     127.0.0.1,   1",
    "::/6,                   127.0.0.1,   nobody",
    "0.0.0.0 ::/6,           ::1,         2",
    "::+ 0.0.0.0+,           10.0.0.5,    2",
    "::+ 0.0.0.0+,           ::1,         1",
    "::ffff:127.0.0.1 ::1,   127.0.0.1,   1",
    "0.0.0.0+ 0.0.0.0+,      127.0.0.1,   '1,2'",
    "::+ ::/6+,              ::1,         1",
    "::/6+ ::+,              127.0.0.1,   2",
    "0.0.0.0%2,              10.0.0.5,    1",
    "0.0.0.0%2,              127.0.0.1,   nobody",
    "0.0.0.0%2 0.0.0.0,      10.0.0.5,    1",
    "0.0.0.0+ 0.0.0.0%2+,    10.0.0.5,    1",
    "0.0.0.0%2+ 0.0.0.0+,    10.0.0.5,    1",
    "0.0.0.0%2+ 10.0.0.5+,   10.0.0.5,    2",
  })
  void aListenerAnswers(String places, String address, String who) {
    assertThat(answering(servers(SocketState.LISTEN, places), address)).isEqualTo(who);
  }

  @Test
  void whatDoesNotListenAnswersNobody() {
    for (SocketState state : SocketState.values()) {
      String who = state == SocketState.LISTEN ? "1" : "nobody";
      assertThat(answering(servers(state, "0.0.0.0"), "127.0.0.1")).as("%s", state).isEqualTo(who);
    }
  }

  @Test
  void oneOfSeveralUdpSocketsGetsAllUnlessTheyShareByReuseport() {
    BoundSocket last = server(SocketState.BOUND, "0.0.0.0", 1).udp().reuseAddress(true).build();
    BoundSocket first = server(SocketState.BOUND, "0.0.0.0", 2).udp().reuseAddress(true).build();

    assertThat(answering(List.of(last, first), "127.0.0.1")).isEqualTo("1");
    BoundSocket one = server(SocketState.BOUND, "0.0.0.0+", 3).udp().build();
    BoundSocket two = server(SocketState.BOUND, "0.0.0.0+", 4).udp().build();
    assertThat(answering(List.of(one, two), "127.0.0.1")).isEqualTo("1,2");
  }

  @Test
  void aUdpSocketThatIsConnectedGetsNothingFromOthers() {
    BoundSocket connected =
        server(SocketState.ESTABLISHED, "127.0.0.1", 1).udp().peer("127.0.0.1", 9).build();
    BoundSocket any = server(SocketState.BOUND, "0.0.0.0", 2).udp().build();

    assertThat(answering(List.of(connected, any), "127.0.0.1")).isEqualTo("2");
  }

  @Test
  void anIpv6WildcardOfWhichNothingIsKnownLeavesIpv4Open() {
    BoundSocket any = server(SocketState.LISTEN, "::", 1).unknownIpv6Only().build();
    BoundSocket local = server(SocketState.LISTEN, "127.0.0.1", 2).build();

    assertThat(answering(List.of(local, any), "127.0.0.1")).isEqualTo("1");
    assertThat(answering(List.of(local, any), "::1")).isEqualTo("2");
    assertThat(answering(List.of(local, any), "10.0.0.5")).isEqualTo("unknown");
  }

  @Test
  void ofListenersWhoseOptionsNobodyMayReadItIsKnownThatTheyShare() {
    BoundSocket one = server(SocketState.LISTEN, "0.0.0.0", 1).unknownOptions().build();
    BoundSocket two = server(SocketState.LISTEN, "0.0.0.0", 2).unknownOptions().build();

    assertThat(answering(List.of(one, two), "127.0.0.1")).isEqualTo("1,2");
  }

  @Test
  void aSocketTakesWhatItWouldGetAlone() {
    BoundSocket any = server(SocketState.LISTEN, "0.0.0.0", 1).build();

    assertThat(LookupRule.takes(any, at("127.0.0.1"))).isTrue();
    assertThat(LookupRule.takes(any, at("::1"))).isFalse();
  }
}
