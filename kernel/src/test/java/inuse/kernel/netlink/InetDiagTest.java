package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AF_UNSPEC;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.TCPDIAG_GETSOCK;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of inet_diag, both ways. The tables are struct inet_diag_req_v2 and inet_diag_msg. */
final class InetDiagTest {
  private static final HexFormat HEX = HexFormat.of();

  /** A listener on 127.0.0.1:8080 of uid 1000 with inode 0x1234. */
  private static final String LISTENER =
      "02 0a 00 00"
          + " 1f90 0000"
          + " 7f000001 000000000000000000000000"
          + " 00000000 000000000000000000000000"
          + " 03000000"
          + " 8877665544332211"
          + " 00000000 02000000 80000000 e8030000 34120000";

  private static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replace(" ", ""));
  }

  private static byte[] request(int family, int states, InetDiag.Filter filter) {
    return new InetDiag.Query(family, IPPROTO_TCP, states, 8080, 0, filter).encode();
  }

  private static InetDiag.Socket decode(byte[]... parts) {
    byte[] bytes = joined(parts);
    return InetDiag.decode(bytes, 0, bytes.length);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** One struct nlattr, padded. */
  private static byte[] attribute(int type, byte[] value) {
    byte[] attribute = new byte[(4 + value.length + 3) & ~3];
    Bytes.putShort(attribute, 0, 4 + value.length);
    Bytes.putShort(attribute, 2, type);
    System.arraycopy(value, 0, attribute, 4, value.length);
    return attribute;
  }

  @Test
  void aQueryByHeaderHasThePortsInTheRequest() {
    byte[] request =
        new InetDiag.Query(AF_INET6, IPPROTO_UDP, 0x00000482, 8080, 443, InetDiag.Filter.HEADER)
            .encode();

    assertThat(request)
        .isEqualTo(
            bytes(
                "0a 11 82 00 82040000"
                    + " 1f90 01bb"
                    + " 00000000000000000000000000000000 00000000000000000000000000000000"
                    + " 00000000 ffffffffffffffff"));
  }

  @Test
  void aQueryForBothFamiliesIsTheOlderRequest() {
    InetDiag.Query query =
        new InetDiag.Query(AF_UNSPEC, IPPROTO_TCP, 0x00000482, 8080, 443, InetDiag.Filter.HEADER);

    assertThat(query.type()).isEqualTo(TCPDIAG_GETSOCK);
    assertThat(query.encode())
        .isEqualTo(
            bytes(
                "00 00 00 82"
                    + " 1f90 01bb"
                    + " 00000000000000000000000000000000 00000000000000000000000000000000"
                    + " 00000000 ffffffffffffffff"
                    + " 82040000 00000000"));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () -> new InetDiag.Query(AF_UNSPEC, IPPROTO_UDP, -1, 0, 0, InetDiag.Filter.HEADER));
  }

  @Test
  void aQueryByProgramTellsThePortToTheProgramToo() {
    byte[] request = request(AF_INET, 1 << TCP_BOUND_INACTIVE, InetDiag.Filter.PROGRAM);

    assertThat(Arrays.copyOfRange(request, 0, 12))
        .isEqualTo(bytes("02 06 82 00 00200000 1f90 0000"));
    assertThat(Arrays.copyOfRange(request, InetDiag.REQUEST_BYTES, request.length))
        .isEqualTo(bytes("0c00 0100  0b 08 0c00  00 00 901f"));
  }

  @Test
  void aQueryForPortsThatNobodyBoundAsksThatFirst() {
    byte[] request = request(AF_INET, 1 << TCP_LISTEN, InetDiag.Filter.AUTO_PORT);

    assertThat(Arrays.copyOfRange(request, InetDiag.REQUEST_BYTES, request.length))
        .isEqualTo(bytes("1000 0100  06 04 1000  0b 08 0c00  00 00 901f"));
  }

  @Test
  void aProgramAcceptsAtItsEndAndRejectsBehindIt() {
    for (InetDiag.Filter filter :
        new InetDiag.Filter[] {InetDiag.Filter.PROGRAM, InetDiag.Filter.AUTO_PORT}) {
      byte[] request = request(AF_INET, 1, filter);
      int at = InetDiag.REQUEST_BYTES + 4;
      while (at < request.length) {
        int yes = request[at + 1];
        int no = Bytes.getShort(request, at + 2);
        assertThat(at + no).as("reject of %s", filter).isEqualTo(request.length + 4);
        at += yes;
      }
      assertThat(at).as("accept of %s", filter).isEqualTo(request.length);
    }
  }

  @Test
  void aListenerIsReadFieldByField() {
    assertThat(decode(bytes(LISTENER)))
        .isEqualTo(
            new InetDiag.Socket(
                AF_INET,
                TCP_LISTEN,
                0,
                8080,
                0,
                new RawAddress(0, 0x7f000001L),
                new RawAddress(0, 0),
                3,
                0x1122334455667788L,
                0,
                2,
                128,
                1000,
                0x1234,
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty()));
  }

  @Test
  void anIpv6RecordHasAddressesOfAllTheirBits() {
    InetDiag.Socket socket =
        decode(
            bytes(
                "0a 06 03 00 0050 c350"
                    + " 20010db8000000000000000000000001 fe800000000000000123456789abcdef"
                    + " 00000000 0100000000000000 60ea0000 00000000 00000000 ffffffff feffffff"));

    assertThat(socket.source()).isEqualTo(new RawAddress(0x20010db800000000L, 1));
    assertThat(socket.destination())
        .isEqualTo(new RawAddress(0xfe80000000000000L, 0x0123456789abcdefL));
    assertThat(socket.timer()).isEqualTo(InetDiag.TIMER_TIME_WAIT);
    assertThat(socket.expiresMillis()).isEqualTo(60_000);
    assertThat(socket.uid()).isEqualTo(0xffffffffL);
    assertThat(socket.inode()).isEqualTo(0xfffffffeL);
    assertThat(socket.destinationPort()).isEqualTo(50_000);
  }

  @Test
  void everyAttributeThatIsAskedForIsRead() {
    byte[] info = new byte[232];
    Bytes.putLong(info, 120, 101);
    Bytes.putLong(info, 200, 130);
    Bytes.putLong(info, 208, 30);
    byte[] cgroup = new byte[8];
    Bytes.putLong(cgroup, 0, 0x1_0000_0007L);

    InetDiag.Socket socket =
        decode(
            bytes(LISTENER),
            attribute(8, new byte[] {3}),
            attribute(11, new byte[] {1}),
            attribute(15, new byte[] {9, 9, 9, 9}),
            attribute(21, cgroup),
            attribute(22, new byte[] {0x22, 0x01}),
            attribute(2, info));

    assertThat(socket.shutdown()).hasValue(3);
    assertThat(socket.ipv6Only()).contains(true);
    assertThat(socket.cgroup()).hasValue(0x1_0000_0007L);
    assertThat(socket.options()).hasValue(0x0122);
    assertThat(socket.volume()).contains(new InetDiag.Volume(101, 130, 30));
  }

  @Test
  void flagsInAnAttributesTypeAreNoPartOfIt() {
    assertThat(decode(bytes(LISTENER), attribute(0x8000 | 11, new byte[] {0})).ipv6Only())
        .contains(false);
  }

  @Test
  void attributesNewerThanThisProgramArePassedOver() {
    assertThat(decode(bytes(LISTENER), attribute(99, new byte[] {1, 2, 3, 4, 5})))
        .isEqualTo(decode(bytes(LISTENER)));
  }

  @Test
  void tcpInfoOfAnOldKernelEndsTooEarlyToTell() {
    assertThat(decode(bytes(LISTENER), attribute(2, new byte[200])).volume()).isEmpty();
  }

  @Test
  void aRecordIsReadWhereItIsInTheBuffer() {
    byte[] bytes = joined(new byte[7], bytes(LISTENER), new byte[9]);

    assertThat(InetDiag.decode(bytes, 7, 7 + InetDiag.RECORD_BYTES))
        .isEqualTo(decode(bytes(LISTENER)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 71})
  void aRecordCutShortIsQuoted(int length) {
    byte[] cut = Arrays.copyOf(bytes(LISTENER), length);

    assertThatExceptionOfType(Malformed.class)
        .isThrownBy(() -> InetDiag.decode(cut, 0, length))
        .withMessageContaining("cut short")
        .withMessageContaining(HEX.formatHex(cut, 0, Math.min(32, length)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 127, 128, 255})
  void aRecordOfAnotherFamilyIsMalformed(int family) {
    byte[] bytes = bytes(LISTENER);
    bytes[0] = (byte) family;

    assertThatExceptionOfType(Malformed.class)
        .isThrownBy(() -> decode(bytes))
        .withMessageContaining("family");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 9, 0x7fff, 0xffff})
  void anAttributeWithAnImpossibleLengthIsQuoted(int length) {
    byte[] attribute = new byte[8];
    Bytes.putShort(attribute, 0, length);
    Bytes.putShort(attribute, 2, 15);

    assertThatExceptionOfType(Malformed.class)
        .isThrownBy(() -> decode(bytes(LISTENER), attribute))
        .withMessageContaining("length " + length)
        .withMessageContaining(HEX.formatHex(attribute));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anAttributesHeaderCutShortIsMalformed(int length) {
    assertThatExceptionOfType(Malformed.class)
        .isThrownBy(() -> decode(bytes(LISTENER), new byte[length]))
        .withMessageContaining("cut short");
  }

  @ParameterizedTest
  @CsvSource({"8, 0", "11, 0", "21, 7", "22, 1"})
  void anAttributesValueCutShortIsMalformed(int type, int length) {
    assertThatExceptionOfType(Malformed.class)
        .isThrownBy(() -> decode(bytes(LISTENER), attribute(type, new byte[length])))
        .withMessageContaining("value cut short");
  }

  @Test
  void aKernelThatTellsMoreThanItWasAskedIsFiltered() {
    InetDiag.Socket listener = decode(bytes(LISTENER));
    InetDiag.Query query =
        new InetDiag.Query(AF_INET, IPPROTO_TCP, -1, 8080, 0, InetDiag.Filter.HEADER);

    assertThat(query.matches(listener)).isTrue();
    assertThat(new InetDiag.Query(2, 6, -1, 0, 0, InetDiag.Filter.HEADER).matches(listener))
        .isTrue();
    assertThat(new InetDiag.Query(2, 6, -1, 8081, 0, InetDiag.Filter.HEADER).matches(listener))
        .isFalse();
    assertThat(new InetDiag.Query(2, 6, -1, 8080, 443, InetDiag.Filter.HEADER).matches(listener))
        .isFalse();
  }

  @Test
  void randomBytesAreASocketOrMalformedAndNothingElse() {
    Random random = new Random(20261122);
    byte[] start = bytes(LISTENER);
    int sockets = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(160)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
      }
      int from = random.nextInt(bytes.length + 1);
      if (random.nextInt(4) != 0) {
        from = 0;
      }
      try {
        Message.at(bytes, from, bytes.length);
      } catch (Malformed expected) {
        assertThat(expected).hasMessageStartingWith("a netlink");
      }
      try {
        InetDiag.decode(bytes, from, bytes.length);
        sockets++;
      } catch (Malformed expected) {
        assertThat(expected).hasMessageMatching("an .*: [0-9a-f]*…?");
      }
    }
    assertThat(sockets).isPositive();
  }
}
