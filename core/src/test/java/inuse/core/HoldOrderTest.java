package inuse.core;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which free port a server gets that does not care. */
final class HoldOrderTest {
  private static final Range USUAL = new Range(new Port(32_768), new Port(60_999));

  private static List<Port> order(Range ephemeral, String reserved, long seed) {
    return HoldOrder.of(Optional.of(ephemeral), PortSet.parse(reserved).orElse(PortSet.NONE), seed);
  }

  @Test
  void everyUnprivilegedPortIsTriedOnce() {
    assertThat(order(USUAL, "", 0)).doesNotHaveDuplicates().hasSize(65_536 - 1024);
  }

  @Test
  void theDynamicPortsOutsideTheRangeComeFirst() {
    assertThat(order(USUAL, "", 0)).startsWith(new Port(61_000), new Port(61_001));
    assertThat(order(USUAL, "", 0).subList(0, 65_536 - 61_000))
        .allMatch(port -> port.number() >= 61_000);
  }

  @Test
  void thenTheOthersOutsideItFromTheLastDown() {
    assertThat(order(USUAL, "", 0).subList(65_536 - 61_000, 65_536 - 61_000 + 2))
        .containsExactly(new Port(32_767), new Port(32_766));
  }

  @Test
  void thoseOfTheRangeAndReservedOnesComeLast() {
    List<Port> order = order(USUAL, "61000,62000", 0);

    assertThat(order).startsWith(new Port(61_001));
    assertThat(order.indexOf(new Port(62_000))).isGreaterThan(order.indexOf(new Port(1024)));
    assertThat(order).endsWith(new Port(32_769), new Port(32_768));
  }

  @Test
  void theSearchBeginsElsewhereEachTimeAndGoesRound() {
    List<Port> order = order(USUAL, "", 4535);

    assertThat(order).startsWith(new Port(65_535), new Port(61_000));
    assertThat(order(USUAL, "", -1)).startsWith(new Port(65_535));
  }

  @Test
  void aRangeOfAllPortsLeavesThoseOfTheRange() {
    assertThat(order(new Range(new Port(1024), new Port(65_535)), "", 7))
        .startsWith(new Port(65_535))
        .hasSize(65_536 - 1024);
  }
}
