package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an executable is asked for the fleet. */
final class FleetHereTest {
  @Test
  void anExecutableIsOnlyEverAsked() {
    for (Protocol protocol : Protocol.values()) {
      for (String address : List.of("", "0.0.0.0", "127.0.0.1", "::", "::1", "::ffff:1.2.3.4")) {
        for (int port : List.of(0, 1, 80, 65_535)) {
          PortTarget target = new PortTarget(protocol, IpAddress.parse(address), new Port(port));
          List<String> command = FleetHere.command(Path.of("/x"), List.of(target, target));
          // Neither a command's name nor an option: digits, or a protocol and an address.
          assertThat(command.get(1)).isEqualTo(command.get(2)).matches("(udp/)?[0-9.:\\[a-f\\]]+");
          assertThat(command)
              .containsExactly(
                  "/x", command.get(1), command.get(2), "--json", "--deadline", "10000ms");
          assertThat(Optional.of(command.get(1)).filter(word -> word.matches("[a-z]+")))
              .as("a verb")
              .isEmpty();
        }
      }
    }
  }
}
