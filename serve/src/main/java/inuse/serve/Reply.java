package inuse.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a request is answered with. */
final class Reply {
  private final int status;
  private final String type;
  private final byte[] body;

  Reply(int status, String type, byte[] body) {
    this.status = status;
    this.type = type;
    this.body = body;
  }

  static Reply json(String document) {
    return new Reply(200, "application/json", document.getBytes(StandardCharsets.UTF_8));
  }

  /** A refusal, whose reason is for people. */
  static Reply text(int status, String reason) {
    return new Reply(
        status, "text/plain; charset=utf-8", (reason + "\n").getBytes(StandardCharsets.UTF_8));
  }

  int status() {
    return status;
  }

  /** As Content-Type has it. */
  String type() {
    return type;
  }

  /** Length of the body in bytes. */
  int length() {
    return body.length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(body);
  }
}
