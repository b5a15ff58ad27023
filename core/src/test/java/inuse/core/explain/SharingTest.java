package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.text.Note;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port that can be bound beside somebody is not free without a word. */
final class SharingTest {
  private static final HolderBuilder SERVER = holder(10, "server").holds(3, 7);
  private static final Newcomer PLAIN = Newcomer.plain(new Uid(1000));

  private static List<String> shared(SnapshotBuilder seen) {
    return Explainer.explain(seen.build()).notes().stream()
        .filter(note -> note.id() == Note.Id.SHARED)
        .map(note -> text(note.summary()))
        .toList();
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Theirs(var theirs) -> theirs.bytes();
              case Phrase.Part.Option other -> "";
              case Phrase.Part.Line other -> "";
            })
        .collect(Collectors.joining());
  }

  private static SnapshotBuilder udp(String held, String wanted, boolean reusePort) {
    Newcomer newcomer = reusePort ? PLAIN.withReusePort() : PLAIN.withReuseAddress();
    SocketBuilder there = socket(SocketState.BOUND).udp().at(held).inode(7);
    return snapshot()
        .udp()
        .address(wanted)
        .newcomer(newcomer)
        .probe(wanted, newcomer.reuseAddress(), "ok")
        .sockets(reusePort ? there.reusePort(true) : there.reuseAddress(true))
        .holders(SERVER);
  }

  @Test
  void aListenerThatSharesTheConnectionsIsNamed() {
    assertThat(
            shared(
                snapshot()
                    .newcomer(PLAIN.withReusePort())
                    .probes("ok")
                    .sockets(listener().inode(7).reusePort(true))
                    .holders(SERVER)))
        .containsExactly(
            "server (pid 10, alice) has 0.0.0.0:8080 already: new connections are spread over all"
                + " who listen there (SO_REUSEPORT)");
  }

  @Test
  void aSharerThatIsHiddenIsNamedByItsUser() {
    assertThat(
            shared(
                snapshot()
                    .newcomer(PLAIN.withReusePort())
                    .probes("ok")
                    .sockets(listener().owner(1000, "alice").reusePort(true))))
        .singleElement()
        .asString()
        .startsWith("a process of alice has 0.0.0.0:8080 already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1 | 0.0.0.0 | what comes to 192.0.2.1:8080 goes on to it, and yours gets the rest",
        "0.0.0.0 | 192.0.2.1 | yours gets what comes to its own address, and it keeps only the"
            + " rest",
        "0.0.0.0 | 0.0.0.0 | the last to bind gets every unicast datagram",
        "192.0.2.1 | 192.0.2.1 | the last to bind gets every unicast datagram",
      })
  void ofTwoThatReuseTheAddressTheMoreSpecificGetsTheDatagrams(
      String held, String wanted, String rule) {
    assertThat(shared(udp(held, wanted, false))).singleElement().asString().contains(rule);
  }

  @Test
  void reuseportSpreadsDatagramsOfOneAddressAlone() {
    assertThat(shared(udp("0.0.0.0", "0.0.0.0", true)))
        .singleElement()
        .asString()
        .contains("spread over all of them");
    assertThat(shared(udp("192.0.2.1", "0.0.0.0", true)))
        .singleElement()
        .asString()
        .contains("goes on to it");
  }

  @Test
  void whoeverBlocksNobodyOrIsConnectedIsNoSharer() {
    assertThat(
            shared(
                snapshot()
                    .address("127.0.0.1")
                    .newcomer(PLAIN.withReusePort())
                    .probes("ok")
                    .sockets(listener().at("127.0.0.2").inode(7).reusePort(true))
                    .holders(SERVER)))
        .isEmpty();
    assertThat(
            shared(
                snapshot()
                    .udp()
                    .address("0.0.0.0")
                    .newcomer(PLAIN.withReuseAddress())
                    .probe("0.0.0.0", true, "ok")
                    .sockets(
                        socket(SocketState.ESTABLISHED)
                            .udp()
                            .peer("192.0.2.9", 53)
                            .reuseAddress(true)
                            .inode(7))
                    .holders(SERVER)))
        .isEmpty();
  }

  private static String why(SnapshotBuilder seen) {
    return text(Explainer.explain(seen.blocked().build()).causes().getFirst().why());
  }

  @Test
  void severalListenersAtOneAddressShareIt() {
    assertThat(
            why(
                snapshot()
                    .sockets(
                        listener().inode(7).reusePort(true), listener().inode(8).reusePort(true))
                    .holders(SERVER, holder(11, "server").holds(3, 8))))
        .startsWith("2 sockets share it by SO_REUSEPORT");
    assertThat(why(snapshot().sockets(listener().inode(7).reusePort(true)).holders(SERVER)))
        .endsWith("a server of the same user that sets it shares it");
    assertThat(
            why(
                snapshot()
                    .sockets(listener().inode(7), listener().at("::1").inode(8))
                    .holders(SERVER, holder(11, "server").holds(3, 8))))
        .endsWith("not even with SO_REUSEADDR");
  }

  @Test
  void aMoreSpecificUdpSocketIsSaidToKeepItsDatagrams() {
    assertThat(
            why(
                snapshot()
                    .udp()
                    .sockets(
                        socket(SocketState.BOUND).udp().at("192.0.2.1").inode(7).reuseAddress(true))
                    .holders(SERVER)))
        .endsWith("what comes to 192.0.2.1:8080 goes on to it, and yours gets the rest");
  }
}
