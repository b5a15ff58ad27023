package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.InventoryBuilder.inventory;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InventoryBuilder;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The remark on a server that does not get all that it listens for, and the same as JSON. */
final class AnswersTextTest {
  private static InventoryBuilder two() {
    return inventory()
        .interfaceHas("lo", "::1")
        .has(listener().inode(1), listener().at("::1").inode(2))
        .heldBy(holder(10, "python3").holds(3, 1), holder(11, "node").holds(3, 2));
  }

  private static Optional<String> remark(InventoryBuilder inventory, int pid) {
    return Listing.of(inventory.build()).rows().stream()
        .filter(one -> one.holders().getFirst().pid().number() == pid)
        .findFirst()
        .flatMap(one -> AnswersText.of((Row.Held.Ports) one.held()));
  }

  @Test
  void whoGetsANameInItsPlaceIsSaidByItsPid() {
    assertThat(remark(two(), 10)).contains("11 gets localhost");
    assertThat(remark(two(), 11)).isEmpty();
    assertThat(ListText.table(Listing.of(two().build()), 80, Optional.empty(), false))
        .contains("11 gets localhost");
  }

  @Test
  void ofSeveralPortsItsNumberIsSaid() {
    InventoryBuilder more = two().has(listener().port(81).inode(3));

    assertThat(remark(more.heldBy(holder(10, "python3").holds(5, 3)), 10))
        .contains("8080: 11 gets localhost");
  }

  @Test
  void whoGetsAllIsSaidToShadowIt() {
    InventoryBuilder shadowed =
        inventory()
            .has(
                listener().reusePort(true).inode(1),
                listener().at("::").ipv6Only(false).reusePort(true).inode(2))
            .heldBy(holder(10, "a").holds(3, 1), holder(11, "b").holds(3, 2));

    assertThat(remark(shadowed, 11)).contains("shadowed by 10");
  }

  @Test
  void programsAreToldAllNames() {
    StringBuilder json = new StringBuilder();
    ListJson.write("1", Listing.of(two().build()), Optional.empty(), json::append);

    assertThat(json.toString().replaceAll("\\s", ""))
        .contains(
            "\"answers\":[{\"port\":8080,\"names\":[\"127.0.0.1\"],"
                + "\"shadows\":[{\"name\":\"localhost\",\"pids\":[11]}]}]")
        .contains(
            "\"answers\":[{\"port\":8080,\"names\":[\"localhost\",\"[::1]\"],\"shadows\":[]}]");
  }
}
