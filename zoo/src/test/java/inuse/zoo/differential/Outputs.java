package inuse.zoo.differential;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The outputs that one of the two programs writes, one frame after the other. */
final class Outputs {
  private final InputStream stream;

  Outputs(InputStream stream) {
    this.stream = new BufferedInputStream(stream, 1 << 16);
  }

  /**
   * One output.
   *
   * @param head the number of the input and its subject
   */
  record Output(String head, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    boolean isFault() {
      return text().startsWith(Subject.FAULT);
    }

    boolean sameAs(Output other) {
      return head.equals(other.head) && Arrays.equals(body, other.body);
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
    String head = line.toString();
    int space = head.lastIndexOf(' ');
    byte[] body = stream.readNBytes(Integer.parseInt(head.substring(space + 1)));
    if (stream.read() != '\n') {
      throw new IOException("the frame of " + head + " does not end where it says");
    }
    return Optional.of(new Output(head.substring(0, space), body));
  }
}
