package inuse.mcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests and seals, by the published vectors and by another implementation. */
final class SealTest {
  /** Of FIPS 180-4's examples, and of NIST's long one. */
  @ParameterizedTest
  @CsvSource({
    "'', 1, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc, 1, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq, 1,"
        + " 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "a, 1000000, cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
  })
  void aDigestIsThatOfTheStandard(String text, int times, String digest) {
    assertThat(HexFormat.of().formatHex(Sha256.of(text.repeat(times).getBytes(US_ASCII))))
        .isEqualTo(digest);
  }

  @Test
  void eachLengthHasTheDigestOfTheJdk() throws GeneralSecurityException {
    Random random = new Random(7);
    for (int length = 0; length < 300; length++) {
      byte[] message = new byte[length];
      random.nextBytes(message);
      assertThat(Sha256.of(message))
          .as("%d bytes", length)
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(message));
    }
  }

  /** RFC 4231, test cases 1 and 2. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There,"
        + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "4a656665, what do ya want for nothing?,"
        + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
  })
  void aSealIsThatOfTheStandard(String key, String message, String seal) {
    assertThat(
            HexFormat.of()
                .formatHex(new Seal(HexFormat.of().parseHex(key)).of(message.getBytes(US_ASCII))))
        .isEqualTo(seal);
  }

  @Test
  void aTextHasTheSealOfItsTwoBytesEach() throws GeneralSecurityException {
    byte[] key = new byte[64];
    new Random(3).nextBytes(key);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));

    assertThat(new Seal(key).of("a\u00e9\u20ac"))
        .isEqualTo(
            HexFormat.of()
                .formatHex(mac.doFinal(new byte[] {0, 'a', 0, (byte) 0xe9, 0x20, (byte) 0xac})));
  }

  @ParameterizedTest
  @CsvSource({"ab, ab, true", "ab, aB, false", "ab, abc, false", "'', '', true", "'', a, false"})
  void textsAreEqualOrNot(String one, String other, boolean equal) {
    assertThat(Seal.areEqual(one, other)).isEqualTo(equal);
  }
}
