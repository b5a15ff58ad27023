package inuse.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them, and as RFC 5952 wants them written. */
final class IpAddressTest {
  private static IpAddress address(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "127.0.0.1, 127.0.0.1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "0:0:0:0:0:0:0:0, ::",
    "2001:db8::1, 2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
    "2001:DB8::A, 2001:db8::a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:127.0.0.1, ::ffff:127.0.0.1",
    "::ffff:7f00:1, ::ffff:127.0.0.1",
    "::ffff:0.0.0.0, ::ffff:0.0.0.0",
    "64:ff9b::1.2.3.4, 64:ff9b::102:304",
    "::1.2.3.4, ::102:304",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304"
  })
  void anAddressHasOneSpelling(String written, String canonical) {
    assertThat(address(written)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.-1",
        "1.2.3.04",
        "01.2.3.4",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4 ",
        "a.b.c.d",
        "1.2.3.0x4",
        "::ffff:1.2.3",
        ":",
        ":::",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "g::",
        "::g",
        "1:2:3:4:5:6:7:1.2.3.4",
        ":1",
        "1:",
        "::-1",
        "1.2.3.4:5::",
        "fe80::1%eth0",
        "\u0663.1.1.1",
        "::\u0663",
        "1.2.3.1234"
      })
  void anythingElseIsNoAddress(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  @Test
  void everyAddressIsReadAsItIsWritten() throws UnknownHostException {
    Random random = new Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      IpAddress v6 = new IpAddress(IpAddress.Family.V6, withZeros(random), withZeros(random));
      assertThat(IpAddress.parse(v6.toString())).contains(v6);
      byte[] bytes = InetAddress.ofLiteral(v6.toString()).getAddress();
      assertThat(bytes).hasSize(v6.unmapped().family() == IpAddress.Family.V4 ? 4 : 16);
      IpAddress v4 = new IpAddress(IpAddress.Family.V4, 0, random.nextLong() & 0xffffffffL);
      assertThat(IpAddress.parse(v4.toString())).contains(v4);
    }
  }

  /** Groups of which many are zero. */
  private static long withZeros(Random random) {
    long bits = random.nextLong();
    for (int group = 0; group < 4; group++) {
      if (random.nextInt(3) > 0) {
        bits &= ~(0xffffL << (16 * group));
      }
    }
    return bits;
  }

  @Test
  void aWildcardIsOneInEveryDisguise() {
    assertThat(IpAddress.ANY_V4.isWildcard()).isTrue();
    assertThat(IpAddress.ANY_V6.isWildcard()).isTrue();
    assertThat(address("::ffff:0.0.0.0").isWildcard()).isTrue();
    assertThat(address("::1").isWildcard()).isFalse();
    assertThat(address("::ffff:0.0.0.0").isWildcardV6()).isFalse();
    assertThat(IpAddress.ANY_V6.isWildcardV6()).isTrue();
    assertThat(IpAddress.ANY_V4.isWildcardV6()).isFalse();
  }

  @Test
  void aMappedAddressIsIpv4ToTheKernel() {
    assertThat(address("::ffff:1.2.3.4").unmapped()).isEqualTo(address("1.2.3.4"));
    assertThat(address("::fffe:102:304").unmapped()).isEqualTo(address("::fffe:102:304"));
    assertThat(address("1::ffff:1.2.3.4").unmapped().family()).isEqualTo(IpAddress.Family.V6);
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithItsValue() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Port(65_536))
        .withMessageContaining("65536");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Pid(0))
        .withMessageContaining("0");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Inode(0))
        .withMessageContaining("0");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Uid(0x1_0000_0000L))
        .withMessageContaining("4294967296");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Untrusted("\u0100"))
        .withMessageContaining("256");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new IpAddress(IpAddress.Family.V4, 0, 0x1_0000_0000L))
        .withMessageContaining("4294967296");
  }
}
