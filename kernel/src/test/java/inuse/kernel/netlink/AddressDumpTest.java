package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.IFA_F_TENTATIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.kernel.RawAddress;
import inuse.kernel.netlink.AddressDump.Entry;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Records of RTM_NEWADDR as Linux sends them. */
final class AddressDumpTest {
  private static Entry decode(String... hex) {
    byte[] bytes = HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    return AddressDump.decode(bytes, 0, bytes.length);
  }

  @Test
  void anIpv4AddressIsOurEndOfTheLink() {
    assertThat(
            decode(
                "02200000 07000000", // struct ifaddrmsg: AF_INET, /32, index 7
                "0800 0100 0a000002", // IFA_ADDRESS: the far end, 10.0.0.2
                "0800 0200 0a000001", // IFA_LOCAL: 10.0.0.1
                "0800 0800 80000000")) // IFA_FLAGS: IFA_F_PERMANENT
        .isEqualTo(new Entry(false, new RawAddress(0, 0x0a000001), 7, 0x80));
  }

  @Test
  void anIpv6AddressThatIsStillCheckedSaysSo() {
    assertThat(
            decode(
                "0a40c000 02000000", // AF_INET6, /64, index 2
                "1400 0100 20010db8000000000000000000000005",
                "0800 0800 c0000000")) // IFA_F_PERMANENT, IFA_F_TENTATIVE
        .isEqualTo(new Entry(true, new RawAddress(0x20010db800000000L, 5), 2, 0xc0))
        .extracting(one -> one.flags() & IFA_F_TENTATIVE)
        .isEqualTo(IFA_F_TENTATIVE);
  }

  @Test
  void aKernelWithoutWideFlagsHasThemInTheHeader() {
    assertThat(decode("0a404800 02000000", "1400 0100 20010db8000000000000000000000005").flags())
        .isEqualTo(0x48);
  }

  @Test
  void whatIsNoAddressIsMalformed() {
    assertThatThrownBy(() -> decode("02200000")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode("02200000 07000000")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode("02200000 07000000", "0600 0200 0a00 0000"))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> decode("02200000 07000000", "0300 0200"))
        .isInstanceOf(Malformed.class);
  }
}
