package inuse.core.io;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_PEERCRED;

import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.Optional;

/** A minimal HTTP/1.1 client (RFC 9112) for daemons on a unix socket. */
public final class UnixHttp {
  /** sizeof(sockaddr_un.sun_path), with its final NUL (unix(7)). */
  private static final int MAX_PATH = 107;

  /** Status line and headers; those of an engine take some hundred bytes. */
  private static final int MAX_HEAD = 16 * 1024;

  private static final String HEAD_END = "\r\n\r\n";

  /** struct ucred: pid, uid, gid. */
  private static final int CREDENTIALS_BYTES = 12;

  private static final int UID_AT = 4;

  private static final String LENGTH = "content-length:";
  private static final String CODING = "transfer-encoding:";

  private final SystemCalls calls;

  public UnixHttp(SystemCalls calls) {
    this.calls = calls;
  }

  /** A response. */
  public record Response(int status, String body) {}

  /** A GET request. See {@link #ask}. */
  public Reading<Response> get(String socketPath, Uid owner, String target, long endNanos) {
    return ask("GET", socketPath, owner, target, endNanos);
  }

  /**
   * Sends a request without a body.
   *
   * @param method GET or POST
   * @param owner the user as whom the daemon has to run; another user's is as good as none
   * @param target path and query, already encoded
   * @param endNanos on CLOCK_MONOTONIC
   */
  public Reading<Response> ask(
      String method, String socketPath, Uid owner, String target, long endNanos) {
    if (socketPath.length() > MAX_PATH) {
      return Reading.unknown(Reading.Why.UNSUPPORTED);
    }
    int fd = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      return Reading.unknown(Readings.of(Errno.of(fd)));
    }
    try {
      int connected = calls.connect(fd, UnixAddress.of(socketPath));
      if (connected < 0) {
        return Reading.unknown(whyUnconnected(connected));
      }
      if (!listensAs(owner, fd)) {
        return Reading.unknown(Reading.Why.VANISHED);
      }
      String request =
          method
              + " "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
              + (method.equals("GET") ? "" : "Content-Length: 0\r\n")
              + "User-Agent: inuse\r\nConnection: close\r\n\r\n";
      // A request this short fits into any socket's buffer, unless the daemon does not read.
      int sent = calls.send(fd, Bytes.of(request), MSG_NOSIGNAL);
      if (sent < request.length()) {
        return Reading.unknown(Reading.Why.UNREADABLE);
      }
      return switch (new FdReader(calls, fd, endNanos).until(UnixHttp::isWhole)) {
        case Reading.Unknown<String>(Reading.Why why) -> Reading.unknown(why);
        case Reading.Known<String>(String text) ->
            parse(text)
                .<Reading<Response>>map(Reading::known)
                .orElse(Reading.unknown(Reading.Why.UNREADABLE));
      };
    } finally {
      calls.close(fd);
    }
  }

  /** Whether that user called listen(2), by the kernel's word (SO_PEERCRED of unix(7)). */
  private boolean listensAs(Uid owner, int fd) {
    byte[] credentials = new byte[CREDENTIALS_BYTES];
    return calls.getSocketOption(fd, SOL_SOCKET, SO_PEERCRED, credentials) == CREDENTIALS_BYTES
        && Bytes.getUnsignedInt(credentials, UID_AT) == owner.number();
  }

  /** EAGAIN is a full backlog: the daemon hangs. */
  private static Reading.Why whyUnconnected(int rawResult) {
    Errno errno = Errno.of(rawResult);
    if (errno.equals(Errno.EAGAIN)) {
      return Reading.Why.TIMED_OUT;
    }
    return errno.equals(Errno.ECONNREFUSED) ? Reading.Why.VANISHED : Readings.of(errno);
  }

  /**
   * Whether the body is complete, so that there is no need to wait for the end of the connection.
   */
  private static boolean isWhole(StringBuilder soFar) {
    int head = soFar.indexOf(HEAD_END);
    if (head < 0 || head > MAX_HEAD) {
      return soFar.length() > MAX_HEAD;
    }
    String headers = soFar.substring(0, head);
    if (isBodiless(headers)) {
      return true;
    }
    if (header(headers, CODING).isPresent()) {
      int length = soFar.length();
      return length > 7 && soFar.substring(length - 7).equals("\r\n0\r\n\r\n");
    }
    long length = header(headers, LENGTH).map(text -> Numeral.decimal(text).orElse(-1)).orElse(-1L);
    return length >= 0 && soFar.length() - head - HEAD_END.length() >= length;
  }

  /** Whether the status is No Content or Not Modified, which have no body regardless of headers. */
  private static boolean isBodiless(String headers) {
    String status = headers.length() < 12 ? "" : headers.substring(9, 12);
    return status.equals("204") || status.equals("304");
  }

  /** The response; empty where the text is not one. */
  static Optional<Response> parse(String text) {
    int head = text.indexOf(HEAD_END);
    boolean http = text.startsWith("HTTP/1.") && text.length() > 12 && text.charAt(8) == ' ';
    if (head < 12 || !http) {
      return Optional.empty();
    }
    long status = Numeral.decimal(text.substring(9, 12)).orElse(0);
    String headers = text.substring(0, head);
    if (isBodiless(headers)) {
      return Optional.of(new Response((int) status, ""));
    }
    String rest = text.substring(head + HEAD_END.length());
    Optional<String> coding = header(headers, CODING);
    if (coding.isPresent()) {
      return coding.get().equals("chunked")
          ? unchunked(rest).map(body -> new Response((int) status, body))
          : Optional.empty();
    }
    Optional<String> told = header(headers, LENGTH);
    if (told.isEmpty()) {
      return Optional.of(new Response((int) status, rest));
    }
    long length = Numeral.decimal(told.get()).orElse(-1);
    return length < 0 || length > rest.length()
        ? Optional.empty()
        : Optional.of(new Response((int) status, rest.substring(0, (int) length)));
  }

  private static Optional<String> header(String headers, String name) {
    for (String ended : Fields.split(headers, '\n')) {
      String line = ended.endsWith("\r") ? ended.substring(0, ended.length() - 1) : ended;
      if (line.length() > name.length() && lower(line.substring(0, name.length())).equals(name)) {
        return Optional.of(lower(line.substring(name.length()).trim()));
      }
    }
    return Optional.empty();
  }

  /** Lower case of ASCII only: other characters do not occur in a header. */
  private static String lower(String text) {
    StringBuilder lower = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return lower.toString();
  }

  private static Optional<String> unchunked(String text) {
    StringBuilder body = new StringBuilder();
    int at = 0;
    while (true) {
      int lineEnd = text.indexOf("\r\n", at);
      if (lineEnd < 0) {
        return Optional.empty();
      }
      String line = text.substring(at, lineEnd);
      int extension = line.indexOf(';');
      long size =
          Numeral.hexadecimal(extension < 0 ? line : line.substring(0, extension)).orElse(-1);
      if (size == 0) {
        return Optional.of(body.toString());
      }
      at = lineEnd + 2;
      if (size < 0 || size > text.length() - at) {
        return Optional.empty();
      }
      body.append(text, at, at + (int) size);
      at += (int) size + 2;
    }
  }
}
