package inuse.serve.fleet;

import inuse.serve.input.OptionWords;
import inuse.serve.input.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where the server is, and who this is.
 *
 * @param url such as {@code tls://nats.example:4222}
 * @param credentials a file with {@code USER:PASSWORD}
 * @param authorities that the server's certificate has to be from; TLS is used where it is given
 * @param own the certificate that this shows, for a server that wants one
 */
public record BusOptions(
    String url,
    Optional<Path> credentials,
    Optional<Path> authorities,
    Optional<PemFiles.Pair> own) {
  /** The options that need a value. */
  public static final Set<String> WITH_VALUE =
      Set.of("--nats", "--nats-credentials", "--nats-ca", "--nats-certificate", "--nats-key");

  /** The server on this host. */
  public static final String LOCAL = "nats://127.0.0.1:4222";

  /** What was given, if a server was, or else the server of that address. */
  public static Optional<BusOptions> of(OptionWords given, Optional<String> otherwise) {
    Optional<PemFiles.Pair> own = given.pair("--nats-certificate", "--nats-key");
    Optional<String> url = given.value("--nats").or(() -> otherwise);
    if (url.isEmpty() && WITH_VALUE.stream().anyMatch(given::has)) {
      throw new IllegalArgumentException("--nats URL is missing");
    }
    return url.map(
        one -> new BusOptions(one, given.path("--nats-credentials"), given.path("--nats-ca"), own));
  }

  /**
   * The user of the credentials.
   *
   * @throws IOException where the file cannot be read, or has none
   */
  Optional<String> user() throws IOException {
    return credentials.isPresent()
        ? Optional.of(login(credentials.get())[0]).filter(name -> HostName.of(name).isPresent())
        : Optional.empty();
  }

  /** The name and the password in that file. */
  static String[] login(Path file) throws IOException {
    String line = Files.readString(file).strip();
    int colon = line.indexOf(':');
    if (colon < 1 || line.indexOf('\n') >= 0) {
      throw new IOException(file + ": USER:PASSWORD is expected, in one line");
    }
    return new String[] {line.substring(0, colon), line.substring(colon + 1)};
  }

  boolean isEncrypted() {
    return url.startsWith("tls://") || authorities.isPresent() || own.isPresent();
  }
}
