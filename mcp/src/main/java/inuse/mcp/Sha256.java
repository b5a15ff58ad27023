package inuse.mcp;

/**
 * SHA-256 (FIPS 180-4). Not the JDK's: its provider machinery does not compile to C. It only seals
 * what this process itself said.
 */
final class Sha256 {
  /** Bytes of a digest. */
  static final int BYTES = 32;

  /** Bytes that are digested at a time. */
  static final int BLOCK = 64;

  /** The first 32 bits of the fractions of the square roots of the first eight primes. */
  private static final int[] START = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /** The same of the cube roots of the first sixty-four primes. */
  private static final int[] ROUNDS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  private Sha256() {}

  /** The digest of that many bytes. */
  static byte[] of(byte[] message) {
    int length = (message.length + 9 + BLOCK - 1) / BLOCK * BLOCK;
    byte[] padded = new byte[length];
    System.arraycopy(message, 0, padded, 0, message.length);
    padded[message.length] = (byte) 0x80;
    long bits = message.length * 8L;
    for (int i = 0; i < 8; i++) {
      padded[length - 1 - i] = (byte) (bits >>> (8 * i));
    }
    int[] state = new int[8];
    System.arraycopy(START, 0, state, 0, 8);
    for (int at = 0; at < length; at += BLOCK) {
      block(state, padded, at);
    }
    byte[] digest = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      digest[i] = (byte) (state[i / 4] >>> (24 - i % 4 * 8));
    }
    return digest;
  }

  private static void block(int[] state, byte[] bytes, int at) {
    int[] w = new int[64];
    for (int i = 0; i < 64; i++) {
      w[i] =
          i < 16
              ? word(bytes, at + i * 4)
              : w[i - 16] + small(w[i - 15], 7, 18, 3) + w[i - 7] + small(w[i - 2], 17, 19, 10);
    }
    int[] s = new int[8];
    System.arraycopy(state, 0, s, 0, 8);
    for (int i = 0; i < 64; i++) {
      int choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
      int one = s[7] + large(s[4], 6, 11, 25) + choice + ROUNDS[i] + w[i];
      int majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
      int two = large(s[0], 2, 13, 22) + majority;
      for (int j = 7; j > 0; j--) {
        s[j] = s[j - 1];
      }
      s[4] += one;
      s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) {
      state[i] += s[i];
    }
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static int large(int x, int one, int two, int three) {
    return Integer.rotateRight(x, one)
        ^ Integer.rotateRight(x, two)
        ^ Integer.rotateRight(x, three);
  }

  private static int small(int x, int one, int two, int shift) {
    return Integer.rotateRight(x, one) ^ Integer.rotateRight(x, two) ^ (x >>> shift);
  }
}
