package inuse.serve;

import inuse.core.events.Segments;
import inuse.serve.fleet.BusOptions;
import inuse.serve.fleet.HostName;
import inuse.serve.input.OptionWords;
import inuse.serve.input.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was said on the command line.
 *
 * @param names of this host, in lower case, besides localhost
 * @param directory of the segments
 * @param data where the index is
 * @param executable that is asked what is bound; empty for looking by itself
 * @param rebuild whether the index is to be built again
 * @param fleet that it belongs to, if any
 */
record ServeOptions(
    InetSocketAddress listen,
    Set<String> names,
    String directory,
    Path data,
    Optional<String> token,
    Optional<PemFiles.Pair> tls,
    Optional<Path> expected,
    Optional<Path> executable,
    boolean rebuild,
    Optional<Fleet> fleet) {
  static final String HELP =
      """
      java -jar inuse-serve.jar: one host's page and metrics, and a fleet's member
      java -jar inuse-serve.jar fleet [TARGET...]: asks a fleet; see fleet --help

            --listen ADDRESS:PORT    127.0.0.1:9180 by default
            --name NAME              a name of this host in its address; repeatable
            --directory DIR          segments of inuse record (/var/log/inuse)
            --data DIR               the index (~/.local/state/inuse-serve)
            --rebuild                builds the index again
            --token-file FILE        a token to look; needed beyond loopback
            --tls-certificate FILE   the certificate and its chain, PEM
            --tls-key FILE           its key, PKCS 8 in PEM
            --expect FILE            what should be served (inuse list --save FILE)
            --inuse EXECUTABLE       asks it what is bound, where it may see more
            --nats URL               belongs to a fleet: tls://SERVER:4222
            --host NAME              this host's name there (its own, dots as _)
            --nats-credentials FILE  USER:PASSWORD
            --nats-ca FILE           authorities of the server's certificate, PEM
            --nats-certificate FILE  this host's certificate, where it wants one
            --nats-key FILE          its key
            --with-nats              starts nats-server here, on loopback
        -h, --help                   prints this help
        -V, --version                prints the version

      It looks, and changes nothing. What is asked over a fleet looks too.
      """;

  /** As many characters as 96 random bits in base 64. */
  private static final int LEAST_TOKEN = 16;

  private static final Set<String> FLAGS = Set.of("--rebuild", "--with-nats");

  private static final Set<String> OWN_WITH_VALUE =
      Set.of(
          "--host",
          "--listen",
          "--name",
          "--directory",
          "--data",
          "--token-file",
          "--tls-certificate",
          "--tls-key",
          "--expect",
          "--inuse");

  ServeOptions {
    names = Set.copyOf(names);
  }

  /**
   * Reads the words.
   *
   * @param environment for where the index is by default
   * @throws IllegalArgumentException where they are wrong; its message says why
   */
  static ServeOptions parse(List<String> words, Map<String, String> environment) {
    Set<String> withValue = new HashSet<>(OWN_WITH_VALUE);
    withValue.addAll(BusOptions.WITH_VALUE);
    OptionWords given = OptionWords.parse(words, withValue, FLAGS);
    if (!given.operands().isEmpty()) {
      throw new IllegalArgumentException(
          "'" + given.operands().getFirst() + "' is not known; see --help");
    }
    Set<String> names = new HashSet<>();
    given.all("--name").forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    InetSocketAddress listen = listen(given.value("--listen").orElse("127.0.0.1:9180"));
    Optional<String> token = given.path("--token-file").map(ServeOptions::token);
    if (token.isEmpty() && !listen.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "others can reach "
              + listen.getAddress().getHostAddress()
              + ": give --token-file FILE, with a token such as openssl rand -base64 24 makes");
    }
    return new ServeOptions(
        listen,
        names,
        given.value("--directory").orElse(Segments.DIRECTORY),
        given.path("--data").orElseGet(() -> state(environment)),
        token,
        given.pair("--tls-certificate", "--tls-key"),
        given.path("--expect"),
        given.path("--inuse"),
        given.has("--rebuild"),
        fleet(given));
  }

  private static InetSocketAddress listen(String text) {
    int colon = text.lastIndexOf(':');
    String address = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    String plain = bracketed ? address.substring(1, address.length() - 1) : address;
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (!plain.isEmpty() && port >= 0 && port <= 65_535) {
        InetAddress literal = InetAddress.ofLiteral(plain);
        return new InetSocketAddress(literal, port);
      }
    } catch (IllegalArgumentException wrong) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--listen: ADDRESS:PORT, such as 127.0.0.1:9180 or [::1]:9180");
  }

  private static String token(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (token.length() < LEAST_TOKEN || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw new IllegalArgumentException(
            file + ": a token has at least " + LEAST_TOKEN + " characters of ASCII, and no blank");
      }
      return token;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("--token-file: " + unreadable.getMessage(), unreadable);
    }
  }

  /**
   * A fleet.
   *
   * @param host the name that this host has there
   * @param withServer whether the server is started here, on loopback
   */
  record Fleet(BusOptions bus, HostName host, boolean withServer) {}

  private static Optional<Fleet> fleet(OptionWords given) {
    boolean withServer = given.has("--with-nats");
    Optional<BusOptions> bus =
        BusOptions.of(given, withServer ? Optional.of(BusOptions.LOCAL) : Optional.empty());
    if (bus.isEmpty() && given.has("--host")) {
      throw new IllegalArgumentException("--host is the name in a fleet: give --nats URL");
    }
    return bus.map(one ->
        new Fleet(
            one, given.value("--host").map(HostName::new).orElseGet(HostName::own), withServer));
  }

  private static Path state(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "/nonexistent");
    return Path.of(environment.getOrDefault("XDG_STATE_HOME", home + "/.local/state"))
        .resolve("inuse-serve");
  }
}
