package inuse.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.kernel.netlink.LinkDump.Link;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Records of RTM_NEWLINK as Linux sends them. */
final class LinkDumpTest {
  /** struct ifinfomsg: AF_UNSPEC, ARPHRD_ETHER, index 2, IFF_UP or not. */
  private static final String UP = "00000100 02000000 01000000 00000000";

  private static final String DOWN = "00000100 02000000 00000000 00000000";

  private static Link decode(String... hex) {
    byte[] bytes = bytes(hex);
    return LinkDump.decode(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String... hex) {
    return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
  }

  @Test
  void aVxlanDeviceTellsItsPort() {
    Link link =
        decode(
            UP,
            "0800 0300 76783000", // IFLA_IFNAME "vx0"
            "0800 0400 dc050000", // IFLA_MTU
            "2800 1200", // IFLA_LINKINFO
            "0a00 0100 76786c616e00 0000", // IFLA_INFO_KIND "vxlan"
            "1800 0200", // IFLA_INFO_DATA
            "0800 0100 05000000", // IFLA_VXLAN_ID
            "0600 0f00 12b5 0000", // IFLA_VXLAN_PORT 4789
            "0400 1900"); // IFLA_VXLAN_GBP, a flag

    assertThat(link).isEqualTo(new Link("vx0", "vxlan", true, OptionalInt.of(4789)));
  }

  @Test
  void aGeneveDeviceTellsItsPortWithNestedFlagsSet() {
    Link link =
        decode(
            DOWN,
            "0700 0300 676e00 00", // "gn"
            "1c00 1280", // IFLA_LINKINFO with NLA_F_NESTED
            "0b00 0100 67656e65766500 00", // "geneve"
            "0c00 0280", // IFLA_INFO_DATA
            "0600 0500 17c1 0000"); // IFLA_GENEVE_PORT 6081

    assertThat(link).isEqualTo(new Link("gn", "geneve", false, OptionalInt.of(6081)));
  }

  @Test
  void wireguardTellsNoPortHere() {
    Link link =
        decode(UP, "0800 0300 77673000", "1400 1200", "0e00 0100 77697265677561726400 0000");

    assertThat(link).isEqualTo(new Link("wg0", "wireguard", true, OptionalInt.empty()));
  }

  @Test
  void hardwareHasNoKind() {
    assertThat(decode(UP, "0900 0300 65746830 00 000000"))
        .isEqualTo(new Link("eth0", "", true, OptionalInt.empty()));
  }

  @Test
  void anAttributeOfAnotherKindIsNoPort() {
    Link link =
        decode(
            UP,
            "0800 0300 76783000",
            "1c00 1200",
            "0900 0100 64756d7900 000000",
            "0a00 0200 0600 0f00 12b5 0000");

    assertThat(link.port()).isEmpty();
  }

  @Test
  void whatIsCutShortIsMalformed() {
    assertThatThrownBy(() -> decode("00000100 02000000")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode(UP, "0800 0300 7678")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode(UP, "0300 0300")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode(UP, "0800")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode(UP, "0c00 1200", "2000 0100 76783000"))
        .isInstanceOf(Malformed.class);
  }
}
