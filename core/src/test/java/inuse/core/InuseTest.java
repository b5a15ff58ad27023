package inuse.core;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Inode;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;

/** What the front door itself answers, without a question about an address. */
final class InuseTest {
  private static final String STAT =
      " S 1 9100 9100 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0 0 1 1 7000000\n";

  private final FakeKernel kernel =
      new FakeKernel()
          .file("/proc/9100/stat", "9100 (routed)" + STAT)
          .link("/proc/9100/fd/5", "socket:[556]");

  @Test
  void whoHasASocketOfAnyKindIsFoundByItsInode() {
    try (Inuse inuse = Inuse.open(kernel)) {
      assertThat(inuse.holderOf(new Inode(556)))
          .hasValueSatisfying(one -> {
            assertThat(one.pid()).hasToString("9100");
            assertThat(one.command().bytes()).isEqualTo("routed");
          });
    }
  }

  @Test
  void aSocketThatNoVisibleProcessHasHasNoHolder() {
    try (Inuse inuse = Inuse.open(kernel)) {
      assertThat(inuse.holderOf(new Inode(557))).isEmpty();
    }
  }
}
