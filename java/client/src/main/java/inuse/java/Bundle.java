package inuse.java;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPInputStream;

/**
 * The executable of one architecture, as it is packed into this jar.
 *
 * @param architecture as {@code uname -m} calls it
 * @param bytes its size
 * @param sha256 its SHA-256 in hexadecimal
 */
record Bundle(String architecture, long bytes, String sha256) {
  /** The one for that machine; empty where this jar has none. */
  static Optional<Bundle> of(String architecture) throws IOException {
    try (InputStream about = Bundle.class.getResourceAsStream(architecture + ".properties")) {
      if (about == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(about);
      return Optional.of(
          new Bundle(
              architecture,
              Long.parseLong(properties.getProperty("bytes", "")),
              properties.getProperty("sha256", "")));
    } catch (NumberFormatException e) {
      throw new IOException("the jar says no size of the executable for " + architecture, e);
    }
  }

  /** The name of its file: that of another version differs. */
  String fileName() {
    return "inuse-" + architecture + "-" + sha256.substring(0, 16);
  }

  /** Its bytes. */
  InputStream open() throws IOException {
    InputStream packed = Bundle.class.getResourceAsStream(architecture + ".gz");
    if (packed == null) {
      throw new IOException("the jar has no executable for " + architecture);
    }
    return new GZIPInputStream(packed, 1 << 16);
  }
}
