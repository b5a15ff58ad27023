package inuse.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers, addresses and errors in the kernel's layout. */
final class BytesTest {
  @Test
  void numbersAreLittleEndianAndPortsAreNot() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, (byte) 0x88};

    assertThat(Bytes.getShort(bytes, 0)).isEqualTo(0x0201);
    assertThat(Bytes.getNetworkShort(bytes, 0)).isEqualTo(0x0102);
    assertThat(Bytes.getInt(bytes, 4)).isEqualTo(0x88070605);
    assertThat(Bytes.getUnsignedInt(bytes, 4)).isEqualTo(0x88070605L);
    assertThat(Bytes.getLong(bytes, 0)).isEqualTo(0x8807060504030201L);
  }

  @Test
  void whatIsPutIsGot() {
    Random random = new Random(1);
    byte[] bytes = new byte[24];
    for (int i = 0; i < 1000; i++) {
      long value = random.nextLong();
      int at = random.nextInt(16);
      Bytes.putLong(bytes, at, value);
      assertThat(Bytes.getLong(bytes, at)).isEqualTo(value);
      Bytes.putInt(bytes, at, (int) value);
      assertThat(Bytes.getInt(bytes, at)).isEqualTo((int) value);
      Bytes.putShort(bytes, at, (int) value);
      assertThat(Bytes.getShort(bytes, at)).isEqualTo((int) value & 0xffff);
      Bytes.putNetworkShort(bytes, at, (int) value);
      assertThat(Bytes.getNetworkShort(bytes, at)).isEqualTo((int) value & 0xffff);
    }
  }

  @Test
  void anAddressIsWrittenAsItIsRead() {
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = new byte[20];
      RawAddress wide = new RawAddress(random.nextLong(), random.nextLong());
      wide.write(bytes, 3, 16);
      assertThat(RawAddress.read(bytes, 3, 16)).isEqualTo(wide);
      RawAddress narrow = new RawAddress(0, random.nextLong() & 0xffffffffL);
      narrow.write(bytes, 3, 4);
      assertThat(RawAddress.read(bytes, 3, 4)).isEqualTo(narrow);
    }
  }

  @Test
  void anAddressIsInNetworkOrder() {
    assertThat(RawAddress.read(new byte[] {127, 0, 0, 1}, 0, 4))
        .isEqualTo(new RawAddress(0, 0x7f000001L));
  }

  @Test
  void anErrorHasTheNameThatPeopleSearchFor() {
    assertThat(Errno.of(-98)).isEqualTo(Errno.EADDRINUSE).hasToString("EADDRINUSE");
    assertThat(Errno.named("EADDRINUSE")).contains(Errno.EADDRINUSE);
    assertThat(Errno.EAFNOSUPPORT).hasToString("EAFNOSUPPORT");
    assertThat(Errno.EADDRNOTAVAIL).hasToString("EADDRNOTAVAIL");
    assertThat(Errno.ENOBUFS).hasToString("ENOBUFS");
  }

  @Test
  void anErrorNewerThanThisProgramHasItsNumber() {
    assertThat(new Errno(4000)).hasToString("errno 4000");
    assertThat(new Errno(41)).hasToString("errno 41");
    assertThat(Errno.named("-")).isEmpty();
    assertThat(Errno.named("EWHATEVER")).isEmpty();
  }

  @Test
  void errorsOfOneMeaningAnswerToOneName() {
    assertThat(List.of(Errno.EACCES, Errno.EPERM)).allMatch(Errno::isDenied);
    assertThat(List.of(Errno.ENOENT, Errno.ESRCH)).allMatch(Errno::isGone);
    assertThat(List.of(Errno.ENOENT, Errno.ENOTDIR)).allMatch(Errno::isNoSuchFile);
    assertThat(List.of(Errno.EROFS, new Errno(4000)))
        .noneMatch(Errno::isDenied)
        .noneMatch(Errno::isGone)
        .noneMatch(Errno::isNoSuchFile);
    assertThat(Errno.EBUSY.isOneOf(Errno.EBADF, Errno.EBUSY)).isTrue();
    assertThat(Errno.EBUSY.isOneOf(Errno.EBADF)).isFalse();
  }

  @Test
  void aNumberThatIsNoErrorIsRefused() {
    for (int code : new int[] {0, -1, 4096}) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> new Errno(code))
          .withMessageContaining(Integer.toString(code));
    }
  }

  @Test
  void textIsEncodedAsTheJdkEncodesIt() {
    StringBuilder all = new StringBuilder();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      all.appendCodePoint(point);
    }

    assertThat(Bytes.utf8(all.toString())).isEqualTo(all.toString().getBytes(UTF_8));
    assertThat(Bytes.utf8("a\ud800b\udc00")).isEqualTo("a?b?".getBytes(UTF_8));
  }
}
