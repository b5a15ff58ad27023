package inuse.core.list;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InventoryBuilder;
import inuse.core.evidence.Port;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who answers at a port that has several rows. */
final class AnswersTest {
  private static InventoryBuilder host() {
    return inventory().interfaceHas("lo", "::1").interfaceHas("eth0", "10.0.0.5");
  }

  /** What is said at the row of that pid. */
  private static List<Answers> of(int pid, InventoryBuilder inventory) {
    Row row =
        Listing.of(inventory.build()).rows().stream()
            .filter(one -> one.holders().getFirst().pid().number() == pid)
            .findFirst()
            .orElseThrow();
    return ((Row.Held.Ports) row.held()).answers();
  }

  private static List<String> shadows(Answers answers) {
    return answers.shadows().stream()
        .map(one -> one.name() + " " + one.by().getFirst().pid())
        .toList();
  }

  @Test
  void aPortWithOneServerHasNothingToSay() {
    InventoryBuilder one =
        host()
            .has(listener().inode(1), listener().at("::1").inode(2), listener().port(81).inode(3))
            .heldBy(holder(10, "nginx").holds(3, 1).holds(4, 2), holder(11, "node").holds(3, 3));

    assertThat(of(10, one)).isEmpty();
    assertThat(of(11, one)).isEmpty();
  }

  @Test
  void eachOfTwoServersIsToldItsNamesAndThoseThatAnotherGets() {
    InventoryBuilder two =
        host()
            .has(listener().inode(1), listener().at("::1").inode(2))
            .heldBy(holder(10, "python3").holds(3, 1), holder(11, "node").holds(3, 2));

    assertThat(of(10, two))
        .singleElement()
        .satisfies(answers -> {
          assertThat(answers.port()).isEqualTo(new Port(8080));
          assertThat(answers.names()).containsExactly("127.0.0.1", "10.0.0.5");
          assertThat(shadows(answers)).containsExactly("localhost 11");
        });
    assertThat(of(11, two))
        .singleElement()
        .satisfies(answers -> {
          assertThat(answers.names()).containsExactly("localhost", "[::1]");
          assertThat(answers.shadows()).isEmpty();
        });
  }

  @Test
  void aServerThatNoNameReachesHasShadowsAlone() {
    InventoryBuilder three =
        host()
            .has(
                listener().reusePort(true).inode(1),
                listener().at("::").ipv6Only(true).reusePort(true).inode(2),
                listener().at("::").ipv6Only(false).reusePort(true).inode(3))
            .heldBy(
                holder(10, "a").holds(3, 1),
                holder(11, "b").holds(3, 2),
                holder(12, "c").holds(3, 3));

    assertThat(of(12, three))
        .singleElement()
        .satisfies(answers -> {
          assertThat(answers.names()).isEmpty();
          assertThat(shadows(answers))
              .containsExactly("localhost 11", "127.0.0.1 10", "[::1] 11", "10.0.0.5 10");
        });
  }

  @Test
  void ofSeveralPortsOnlyTheSharedOnesAreSpokenOf() {
    InventoryBuilder two =
        host()
            .has(
                listener().port(80).inode(1),
                listener().port(81).inode(2),
                listener().port(81).at("::1").inode(3))
            .heldBy(holder(10, "a").holds(3, 1).holds(4, 2), holder(11, "b").holds(3, 3));

    assertThat(of(10, two)).extracting(Answers::port).containsExactly(new Port(81));
  }
}
