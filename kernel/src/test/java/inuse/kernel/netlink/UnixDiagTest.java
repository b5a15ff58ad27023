package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of unix_diag, both ways. The tables are struct unix_diag_req and unix_diag_msg. */
final class UnixDiagTest {
  private static final HexFormat HEX = HexFormat.of();

  /** A listener of type SOCK_STREAM with inode 0x1234. */
  private static final String LISTENER = "01 01 0a 00 34120000 8877665544332211";

  private static final String NAME = " 0b00 0000 2f722f612e7300 00";
  private static final String VFS = " 0c00 0100 78563412 01000008";
  private static final String PEER = " 0800 0200 09000000";
  private static final String QUEUE = " 0c00 0400 02000000 80000000";
  private static final String UID = " 0800 0700 e8030000";

  private static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replace(" ", ""));
  }

  private static UnixDiag.Socket decode(String hex) {
    byte[] bytes = bytes(hex);
    return UnixDiag.decode(bytes, 0, bytes.length);
  }

  @Test
  void aQueryAsksForEveryStateAndForNoCookie() {
    assertThat(UnixDiag.query(0x53))
        .isEqualTo(bytes("01 00 0000 ffffffff 00000000 53000000 ffffffffffffffff"));
  }

  @Test
  void aListenerIsReadFieldByField() {
    assertThat(decode(LISTENER + NAME + VFS + PEER + QUEUE + UID))
        .isEqualTo(
            new UnixDiag.Socket(
                SOCK_STREAM,
                TCP_LISTEN,
                0x1234,
                0x1122334455667788L,
                Optional.of("/r/a.s"),
                Optional.of(new UnixDiag.File(0x12345678, 0x08000001)),
                OptionalLong.of(9),
                Optional.of(new UnixDiag.Queue(2, 128)),
                OptionalLong.of(1000)));
  }

  @Test
  void aSocketWithoutANameIsJustThat() {
    UnixDiag.Socket socket = decode("01 02 07 00 34120000 8877665544332211");

    assertThat(socket.type()).isEqualTo(SOCK_DGRAM);
    assertThat(socket.state()).isEqualTo(TCP_CLOSE);
    assertThat(socket.name()).isEmpty();
    assertThat(socket.file()).isEmpty();
    assertThat(socket.uid()).isEmpty();
  }

  @Test
  void everyByteOfAnAbstractNameCounts() {
    assertThat(decode(LISTENER + " 0900 0000 0061006200 000000").name()).contains("\0a\0b\0");
    assertThat(decode(LISTENER + " 0500 0000 00 000000").name()).contains("\0");
    assertThat(decode(LISTENER + " 0400 0000").name()).contains("");
  }

  @Test
  void bytesOfANameAreKeptAsTheyAre() {
    assertThat(decode(LISTENER + " 0800 0000 2f1bff00").name()).contains("/\u001b\u00ff");
  }

  @Test
  void attributesThatNobodyAskedForArePassedOver() {
    assertThat(decode(LISTENER + " 0500 0600 03 000000" + UID).uid()).hasValue(1000);
  }

  @Test
  void whatIsCutShortOrOfAnotherFamilyIsRefused() {
    for (String broken :
        new String[] {
          "01 01 0a 00 34120000 88776655443322",
          "02 01 0a 00 34120000 8877665544332211",
          LISTENER + " 0b00",
          LISTENER + " 0b00 0000 2f",
          LISTENER + " 0800 0100 78563412",
          LISTENER + " 0600 0700 e803 0000",
          LISTENER + " 0800 0400 02000000",
          LISTENER + " 0300 0000"
        }) {
      assertThatExceptionOfType(Malformed.class).as(broken).isThrownBy(() -> decode(broken));
    }
  }

  @Test
  void noBytesBringAnythingButARecordOrARefusal() {
    Random random = new Random(7);
    byte[] whole = bytes(LISTENER + NAME + VFS + PEER + QUEUE + UID);
    for (int i = 0; i < 20_000; i++) {
      byte[] some = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int j = 0; j < random.nextInt(4) && some.length > 0; j++) {
        some[random.nextInt(some.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(UnixDiag.decode(some, 0, some.length).inode()).isNotNegative();
      } catch (Malformed refused) {
        assertThat(refused).hasMessageContaining(" ");
      }
    }
  }

  @Test
  void aDumpOfThemIsReadAsAnyOther() {
    byte[] record = bytes(LISTENER + NAME + VFS);
    FakeKernel kernel =
        new FakeKernel()
            .dump(
                Datagram.of(Message.request(20, 2, 1, record)),
                Datagram.of(Message.request(3, 2, 1, new byte[4])));

    NetlinkSocket.Dump<UnixDiag.Socket> dump =
        new NetlinkSocket(kernel)
            .dump(20, UnixDiag.query(3), UnixDiag::decode, one -> true, Long.MAX_VALUE);

    assertThat(dump.end()).isEqualTo(new DumpEnd.Whole());
    assertThat(dump.records()).extracting(UnixDiag.Socket::inode).containsExactly(0x1234L);
  }
}
