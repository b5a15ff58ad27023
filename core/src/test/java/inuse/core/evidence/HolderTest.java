package inuse.core.evidence;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HolderTest {
  @Test
  void eachOfItsSocketsIsFoundWhateverTheOrderOfItsDescriptors() {
    Holder holder =
        holder(10, "server").holds(3, 900).holds(4, 7).holds(5, 300).holds(6, 7).build();

    for (long inode : new long[] {7, 300, 900}) {
      assertThat(holder.holds(listener().inode(inode).build())).as("%d", inode).isTrue();
    }
    for (long inode : new long[] {6, 8, 299, 901}) {
      assertThat(holder.holds(listener().inode(inode).build())).as("%d", inode).isFalse();
    }
    assertThat(holder(11, "client").build().holds(listener().inode(7).build())).isFalse();
  }
}
