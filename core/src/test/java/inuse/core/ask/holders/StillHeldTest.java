package inuse.core.ask.holders;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who had a listener in one look and has it no more is looked at again. */
final class StillHeldTest {
  private final FakeKernel kernel =
      new FakeKernel()
          .link("/proc/10/fd/3", "socket:[7]")
          .link("/proc/20/fd/5", "socket:[7]")
          .link("/proc/10/fd/4", "socket:[8]");

  private boolean areAll() {
    return StillHeld.areAll(
        Host.of(kernel).proc(),
        List.of(listener().inode(7).build(), accepted().inode(8).build()),
        List.of(
            holder(10, "server").holds(3, 7).holds(4, 8).build(),
            holder(20, "inuse").holds(5, 7).build()));
  }

  @Test
  void aListenerThatIsWhereItWasIsHeld() {
    assertThat(areAll()).isTrue();
  }

  @Test
  void oneWhoseDescriptorIsGoneOrAnotherIsNot() {
    kernel.remove("/proc/20/fd/5");
    assertThat(areAll()).isFalse();

    kernel.link("/proc/20/fd/5", "socket:[9]");
    assertThat(areAll()).isFalse();
  }

  @Test
  void acceptedConnectionsComeAndGo() {
    kernel.remove("/proc/10/fd/4");

    assertThat(areAll()).isTrue();
  }

  @Test
  void whatMayNotBeReadIsNotTakenForGone() {
    kernel.refuse("readlinkat", "/proc/20/fd/5", Errno.EACCES);

    assertThat(areAll()).isTrue();
  }
}
