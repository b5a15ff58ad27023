package inuse.core.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Our file under /etc/sysctl.d, and the record of what was before. */
final class SysctlFileTest {
  private static final String TITLE =
      "# Written by inuse tune. To take it back: inuse tune --undo\n";

  private static Map<Setting, String> values(String... pairs) {
    Map<Setting, String> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(Setting.named(pairs[i]).getFirst(), pairs[i + 1]);
    }
    return values;
  }

  @Test
  void aNewFileSaysWhoWroteIt() {
    assertThat(SysctlFile.with(Optional.empty(), values("tcp_tw_reuse", "1")))
        .isEqualTo(TITLE + "net.ipv4.tcp_tw_reuse = 1\n");
  }

  @Test
  void everyOtherLineStaysAndNoSecondOneWinsOverOurs() {
    String before =
        "# mine\nnet.core.somaxconn=9\n-net/ipv4/tcp_tw_reuse = 0\n\nnet.ipv4.tcp_tw_reuse=2\nx";

    assertThat(
            SysctlFile.with(
                Optional.of(before), values("tcp_tw_reuse", "1", "tcp_fin_timeout", "9")))
        .isEqualTo(
            "# mine\nnet.core.somaxconn=9\nnet.ipv4.tcp_tw_reuse = 1\n\nx\n"
                + "net.ipv4.tcp_fin_timeout = 9\n");
  }

  @Test
  void fromAFileThatWasEditedOnlyOurLinesAreTaken() {
    Map<Setting, String> written = values("tcp_tw_reuse", "1", "tcp_fin_timeout", "9");
    String ours = SysctlFile.with(Optional.empty(), written);

    assertThat(SysctlFile.without(ours, Optional.empty(), written)).isEmpty();
    assertThat(SysctlFile.without(ours + "net.core.somaxconn = 9\n", Optional.empty(), written))
        .contains(TITLE + "net.core.somaxconn = 9\n");
    assertThat(
            SysctlFile.without(
                ours.replace("timeout = 9", "timeout = 8"),
                Optional.of("net.ipv4.tcp_tw_reuse = 0\n"),
                written))
        .contains(TITLE + "net.ipv4.tcp_tw_reuse = 0\nnet.ipv4.tcp_fin_timeout = 8\n");
  }

  @Test
  void aRecordIsReadAsItWasWritten() {
    UndoRecord undoRecord =
        new UndoRecord(
            Optional.of("boot/7"),
            values("ip_local_reserved_ports", "\n", "ip_local_port_range", "32768\t60999\n"),
            values("ip_local_reserved_ports", "8080", "ip_local_port_range", "1024 65535"),
            Optional.of(new UndoRecord.Former(Optional.of("a \\n b\n\nc"), List.of("", "d\n"))));

    assertThat(UndoRecord.parse(undoRecord.text())).contains(undoRecord);
    UndoRecord bare = UndoRecord.of(Optional.empty(), Optional.empty());
    assertThat(UndoRecord.parse(bare.text())).contains(bare);
  }

  @Test
  void halfARecordIsNone() {
    String text =
        new UndoRecord(
                Optional.empty(),
                values("tcp_tw_reuse", "2\n"),
                values("tcp_tw_reuse", "1"),
                Optional.empty())
            .text();
    for (int end = 0; end < text.length(); end++) {
      assertThat(UndoRecord.parse(text.substring(0, end))).as("the first %d chars", end).isEmpty();
    }
    assertThat(UndoRecord.parse(text.replace("was ", "who "))).isEmpty();
    assertThat(UndoRecord.parse(text.replace("tcp_tw_reuse", "tcp_tw_recycle"))).isEmpty();
  }
}
