package inuse.core.evidence;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which processes have a socket, looked up. */
final class HoldersTest {
  private final Holder twice = holder(10, "a").holds(3, 7).holds(4, 7).holds(5, 8).build();
  private final Holder other = holder(11, "b").holds(3, 8).build();
  private final Holder keeper = holder(12, "c").keeps(7, Via.MMAP, true).build();
  private final Holders holders = Holders.of(List.of(twice, other, keeper));

  @Test
  void aProcessIsThereOnceHoweverManyDescriptorsOfASocketItHas() {
    assertThat(holders.of(listener().inode(8).build())).containsExactly(twice, other);
  }

  @Test
  void whatKeepsASocketAliveHoldsIt() {
    assertThat(holders.of(listener().inode(7).build())).containsExactly(twice, keeper);
  }

  @Test
  void aSocketOfNobodyAndOneWithoutAFileHaveNone() {
    assertThat(holders.of(listener().inode(9).build())).isEmpty();
    assertThat(holders.of(listener().noInode().build())).isEmpty();
  }

  @Test
  void theyAreTheListThatTheyWereMadeOf() {
    assertThat(holders).isEqualTo(List.of(twice, other, keeper));
    assertThat(Holders.of(holders)).isSameAs(holders);
  }
}
