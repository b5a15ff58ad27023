package inuse.core.list;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Inventory;
import inuse.core.evidence.InventoryBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Expectation.Difference;
import inuse.core.list.Expectation.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What should be bound, and how what is bound differs from it. */
final class ExpectationTest {
  private static Expectation of(InventoryBuilder builder) {
    Inventory inventory = builder.build();
    return Expectation.of(
        Listing.of(inventory).rows(), inventory.spaces().getFirst().ephemeral().toOptional());
  }

  private static InventoryBuilder server(int pid, String program, String address) {
    return inventory()
        .has(listener().at(address).port(80).inode(1))
        .heldBy(holder(pid, program).holds(3, 1));
  }

  private static Entry entry(String reach, String program) {
    return new Entry("tcp", new Untrusted("80"), reach, new Untrusted(program));
  }

  @Test
  void onlyWhatIsServedIsWrittenDown() {
    Expectation all =
        of(
            inventory()
                .has(
                    listener().port(443).inode(1),
                    listener().port(80).inode(1),
                    listener().port(40_000).inode(1),
                    socket(SocketState.BOUND).udp().port(53).inode(2),
                    socket(SocketState.BOUND).udp().port(45_000).inode(3),
                    outgoing().port(2000).inode(4))
                .heldBy(
                    holder(1, "nginx").holds(3, 1),
                    holder(2, "dns").holds(3, 2).holds(4, 3).holds(5, 4))
                .remains(timeWait(1000).port(9000), 2)
                .unix("/run/a\tb", 9));

    assertThat(all.text())
        .isEqualTo(
            """
            # inuse.expected/1
            tcp\t40000\teveryone\tnginx
            tcp\t443\teveryone\tnginx
            tcp\t80\teveryone\tnginx
            udp\t53\teveryone\tdns
            unix\t/run/a\\x09b\tlocal\t?
            """);
    assertThat(Expectation.parse(all.text()).orElseThrow().differences(all)).isEmpty();
  }

  @Test
  void anotherRunOfTheSameServerIsTheSame() {
    assertThat(of(server(10, "nginx", "0.0.0.0")).differences(of(server(99, "nginx", "0.0.0.0"))))
        .isEmpty();
  }

  @Test
  void whatDiffersIsSaid() {
    Expectation nginx = of(server(10, "nginx", "0.0.0.0"));

    assertThat(nginx.differences(of(inventory())))
        .containsExactly(new Difference.Missing(entry("everyone", "nginx")));
    assertThat(of(inventory()).differences(nginx))
        .containsExactly(new Difference.Unexpected(entry("everyone", "nginx")));
    assertThat(nginx.differences(of(server(10, "httpd", "0.0.0.0"))))
        .containsExactly(
            new Difference.AnotherProgram(entry("everyone", "nginx"), entry("everyone", "httpd")));
    assertThat(nginx.differences(of(server(10, "nginx", "127.0.0.1"))))
        .containsExactly(
            new Difference.AnotherReach(entry("everyone", "nginx"), entry("local", "nginx")));
  }

  @Test
  void aProgramThatCannotBeSeenMayBeTheExpectedOne() {
    Expectation hidden = of(inventory().has(listener().port(80).inode(1).unknownOptions()));

    assertThat(of(server(10, "nginx", "0.0.0.0")).differences(hidden)).isEmpty();
    assertThat(hidden.differences(of(server(10, "nginx", "0.0.0.0")))).isEmpty();
  }

  @Test
  void aHostileNameIsReadAsItWasWritten() {
    Expectation hostile = of(server(10, "a\tb\nc\\x41d\u007f", "0.0.0.0"));

    assertThat(hostile.text().lines()).hasSize(2);
    assertThat(Expectation.parse(hostile.text())).contains(hostile);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcp\t80\teveryone\tnginx\n",
        "# inuse.expected/2\n",
        "# inuse.expected/1\ntcp\t80\n",
        "# inuse.expected/1\ntcp 80 everyone nginx\n"
      })
  void anotherFileIsNone(String text) {
    assertThat(Expectation.parse(text)).isEmpty();
  }

  @Test
  void commentsAndEmptyLinesMayStandInTheFile() {
    assertThat(
            Expectation.parse("# inuse.expected/1\n\n# web\ntcp\t80\teveryone\tnginx")
                .orElseThrow())
        .isEqualTo(new Expectation(List.of(entry("everyone", "nginx"))));
  }
}
