package inuse.cli.commands;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Holder;
import inuse.run.guard.RefusedId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a number that somebody else has. */
final class RefusedIdTextTest {
  private static String text(RefusedId.Space space, int protocol, Optional<Holder> holder) {
    return RefusedIdText.of(new RefusedId(space, protocol, 1234, Optional.empty()), holder);
  }

  @Test
  void ofANetlinkIdWhoHasItAndWhatToDo() {
    assertThat(text(RefusedId.Space.NETLINK, 0, Optional.of(holder(7, "a\033[1m").build())))
        .startsWith("cannot bind the netlink id 1234 of NETLINK_ROUTE (EADDRINUSE): a")
        .doesNotContain("\033")
        .endsWith("(pid 7) has it; let the kernel choose the id (nl_pid 0)");
  }

  @Test
  void whoIsHiddenIsLookedUpInTheTable() {
    assertThat(text(RefusedId.Space.NETLINK, 99, Optional.empty()))
        .contains("of protocol 99 ")
        .contains("see /proc/net/netlink");
    assertThat(text(RefusedId.Space.VSOCK, 0, Optional.empty()))
        .isEqualTo(
            "cannot bind the port 1234 of VSOCK (EADDRINUSE): another socket has it, see ss"
                + " --vsock");
  }
}
