package inuse.core.explain;

import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No ephemeral port is left, and where they went. */
final class EphemeralExhaustedTest {
  private static Cause cause(Optional<String> address, int connected) {
    return cause(address.map(one -> snapshot().address(one)).orElse(snapshot()), connected, 20);
  }

  private static Cause cause(SnapshotBuilder seen, int connected, int taken) {
    EphemeralUse use =
        new EphemeralUse(
            20 - taken,
            taken,
            Map.of(SocketState.ESTABLISHED, taken),
            List.of(),
            Optional.of(
                new EphemeralUse.Destination(
                    new Endpoint(IpAddress.parse("10.1.1.1").orElseThrow(), new Port(6086)),
                    connected)));
    return Explainer.explain(
            seen.port(0).ephemeral(40_000, 40_019).blocked().ephemeralUse(use).build())
        .causes()
        .getFirst();
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part -> part instanceof Phrase.Part.Ours(String ours) ? ours : "")
        .collect(Collectors.joining());
  }

  @Test
  void theFarEndThatHasMostOfThemIsNamed() {
    Cause cause = cause(Optional.empty(), 20);

    assertThat(text(cause.summary())).endsWith("20 of their sockets connected to 10.1.1.1:6086");
    assertThat(text(cause.why())).endsWith("finds none for 10.1.1.1:6086 alone");
  }

  @Test
  void aFarEndAmongManyIsNot() {
    assertThat(text(cause(Optional.empty(), 10).summary())).doesNotContain("6086");
  }

  @Test
  void itIsSaidOfTheAddressAloneWhereOneIsAskedFor() {
    assertThat(text(cause(Optional.of("127.0.0.1"), 1).summary()))
        .startsWith("no port is left at 127.0.0.1: ");
  }

  @Test
  void whatAClientCanDoWithoutHarmStandsFirst() {
    Remedy first = cause(Optional.empty(), 20).remedies().getFirst();

    assertThat(first.id()).isEqualTo(Remedy.Id.BIND_NO_PORT);
    assertThat(text(first.effect())).contains("IP_BIND_ADDRESS_NO_PORT");
  }

  @Test
  void itIsNotSaidWhereItDoesNotHelpAClient() {
    for (Cause cause : List.of(cause(snapshot().udp(), 20, 20), cause(snapshot(), 0, 0))) {
      assertThat(cause.remedies()).extracting(Remedy::id).doesNotContain(Remedy.Id.BIND_NO_PORT);
    }
  }
}
