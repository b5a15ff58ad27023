package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Users inside and outside of a user namespace. */
final class UidMapTest {
  @Test
  void aRootlessContainersUsersAreThoseOfWhoeverMadeIt() {
    UidMap map =
        UidMap.parse("         0       1000          1\n         1     100000      65536\n");

    assertThat(map.outside(0)).isEqualTo(1000);
    assertThat(map.outside(33)).isEqualTo(100_032);
    assertThat(map.outside(65_536)).isEqualTo(165_535);
    assertThat(map.outside(65_537)).isEqualTo(65_537);
  }

  @Test
  void whatTheMapHasNotIsNotCovered() {
    UidMap map = UidMap.parse("         0       1000          1\n         5     100000      10\n");

    for (long inside : new long[] {0, 5, 14}) {
      assertThat(map.covers(inside)).as("%d", inside).isTrue();
    }
    for (long inside : new long[] {1, 4, 15, 65_534}) {
      assertThat(map.covers(inside)).as("%d", inside).isFalse();
    }
    assertThat(UidMap.NONE.covers(0)).isFalse();
  }

  @Test
  void whatMakesNoSenseChangesNothing() {
    assertThat(UidMap.parse("a b c\n1 2\n")).isEqualTo(UidMap.NONE);
    assertThat(UidMap.NONE.outside(7)).isEqualTo(7);
  }
}
