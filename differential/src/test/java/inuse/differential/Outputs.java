package inuse.differential;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The outputs of one of the two programs, one frame after the other. */
final class Outputs {
  private final InputStream stream;

  Outputs(InputStream stream) {
    this.stream = new BufferedInputStream(stream, 1 << 16);
  }

  /**
   * One output; two are equal when every byte is.
   *
   * @param head the number of the input and its subject
   * @param bytes one char for each byte
   */
  record Output(String head, String bytes) {
    String text() {
      return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    Output from(int index) {
      return new Output(head, bytes.substring(index));
    }

    boolean isFault() {
      return bytes.startsWith(Subject.FAULT);
    }
  }

  /** The next one, or nothing at the end. */
  Optional<Output> next() throws IOException {
    StringBuilder line = new StringBuilder();
    int one = stream.read();
    if (one < 0) {
      return Optional.empty();
    }
    while (one >= 0 && one != '\n') {
      line.append((char) one);
      one = stream.read();
    }
    if (one < 0) {
      return Optional.empty();
    }
    String head = line.toString();
    int space = head.lastIndexOf(' ');
    if (!head.startsWith("== ")) {
      throw new IOException("no frame: " + head);
    }
    byte[] body = stream.readNBytes(Integer.parseInt(head.substring(space + 1)));
    if (stream.read() != '\n') {
      // The program died, or its frames are broken: no more outputs.
      return Optional.empty();
    }
    return Optional.of(
        new Output(head.substring(0, space), new String(body, StandardCharsets.ISO_8859_1)));
  }
}
