package inuse.serve;

import inuse.core.events.Segments;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
 */
record ServeOptions(
    InetSocketAddress listen,
    Set<String> names,
    String directory,
    Path data,
    Optional<String> token,
    Optional<Tls> tls,
    Optional<Path> expected,
    Optional<Path> executable,
    boolean rebuild) {
  static final String HELP =
      """
      java -jar inuse-serve.jar: one host's page and metrics

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
        -h, --help                   prints this help
        -V, --version                prints the version

      It looks, and changes nothing.
      """;

  /** As many characters as 96 random bits in base 64. */
  private static final int LEAST_TOKEN = 16;

  private static final Set<String> WITH_VALUE =
      Set.of(
          "--listen",
          "--name",
          "--directory",
          "--data",
          "--token-file",
          "--tls-certificate",
          "--tls-key",
          "--expect",
          "--inuse");

  /** Files in PEM. */
  record Tls(Path certificate, Path key) {}

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
    Map<String, String> given = new HashMap<>();
    Set<String> names = new HashSet<>();
    boolean rebuild = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String option = equals < 0 ? word : word.substring(0, equals);
      if (word.equals("--rebuild")) {
        rebuild = true;
        continue;
      }
      if (!WITH_VALUE.contains(option)) {
        throw new IllegalArgumentException("'" + word + "' is not known; see --help");
      }
      if (equals < 0 && i + 1 == words.size()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
      if (option.equals("--name")) {
        names.add(value.toLowerCase(Locale.ROOT));
      } else if (given.put(option, value) != null) {
        throw new IllegalArgumentException(option + " was given twice");
      }
    }
    InetSocketAddress listen = listen(given.getOrDefault("--listen", "127.0.0.1:9180"));
    Optional<String> token = path(given, "--token-file").map(ServeOptions::token);
    if (token.isEmpty() && !listen.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "others can reach "
              + listen.getAddress().getHostAddress()
              + ": give --token-file FILE, with a token such as openssl rand -base64 24 makes");
    }
    return new ServeOptions(
        listen,
        names,
        given.getOrDefault("--directory", Segments.DIRECTORY),
        path(given, "--data").orElseGet(() -> state(environment)),
        token,
        tls(path(given, "--tls-certificate"), path(given, "--tls-key")),
        path(given, "--expect"),
        path(given, "--inuse"),
        rebuild);
  }

  private static Optional<Path> path(Map<String, String> given, String option) {
    return Optional.ofNullable(given.get(option)).map(Path::of);
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

  private static Optional<Tls> tls(Optional<Path> certificate, Optional<Path> key) {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("--tls-certificate and --tls-key go together");
    }
    return certificate.flatMap(one -> key.map(other -> new Tls(one, other)));
  }

  private static Path state(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "/nonexistent");
    return Path.of(environment.getOrDefault("XDG_STATE_HOME", home + "/.local/state"))
        .resolve("inuse-serve");
  }
}
