package inuse.serve;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which requests are answered at all. A page elsewhere can make a browser ask here: by another name
 * for our address (DNS rebinding), which the Host header gives away, or across origins, which
 * Origin and Sec-Fetch-Site do. Beyond the loopback interface a token is asked for.
 */
final class Gate {
  /** Addresses in figures: no name server has a say in them. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9A-Fa-f:.]+]");

  private static final Pattern HOST =
      Pattern.compile("(?<name>[^:\\[\\]]+|\\[[^\\]]+])(:\\d{1,5})?");

  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  private final String scheme;
  private final Set<String> names;
  private final Optional<byte[]> token;

  /**
   * A gate.
   *
   * @param scheme {@code http} or {@code https}
   * @param names of this host, besides localhost
   * @param token empty where none is asked for
   */
  Gate(String scheme, Set<String> names, Optional<String> token) {
    this.scheme = scheme;
    this.names = names;
    this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /** Why a request is not answered; empty where it is. */
  Optional<Reply> refusal(String method, Headers headers) {
    if (!METHODS.contains(method)) {
      return Optional.of(Reply.text(405, "only looking: GET and HEAD"));
    }
    if (hasBody(headers)) {
      return Optional.of(Reply.text(413, "a request has no body here"));
    }
    Optional<String> host = only(headers, "Host");
    if (host.isEmpty() || !isOurs(host.get())) {
      return Optional.of(Reply.text(421, "this is not that host; --name NAME adds a name"));
    }
    if (!isOfOurOrigin(headers, host.get())) {
      return Optional.of(Reply.text(403, "asked by a page of another origin"));
    }
    if (token.isPresent() && !isAllowed(only(headers, "Authorization"), token.get())) {
      return Optional.of(Reply.text(401, "the token is missing or wrong"));
    }
    return Optional.empty();
  }

  private static boolean hasBody(Headers headers) {
    return headers.containsKey("Transfer-Encoding")
        || only(headers, "Content-Length").filter(length -> !length.equals("0")).isPresent();
  }

  /** The value of a header that is there once. */
  private static Optional<String> only(Headers headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  private boolean isOurs(String host) {
    var parts = HOST.matcher(host);
    if (!parts.matches()) {
      return false;
    }
    String name = parts.group("name").toLowerCase(Locale.ROOT);
    return name.equals("localhost") || names.contains(name) || ADDRESS.matcher(name).matches();
  }

  private boolean isOfOurOrigin(Headers headers, String host) {
    boolean sameOrigin =
        headers.getOrDefault("Origin", List.of()).stream()
            .allMatch(origin -> origin.equalsIgnoreCase(scheme + "://" + host));
    // A link from elsewhere to the page is followed; nothing else comes from there.
    boolean link =
        only(headers, "Sec-Fetch-Mode").equals(Optional.of("navigate"))
            && only(headers, "Sec-Fetch-Dest").equals(Optional.of("document"));
    boolean sameSite =
        headers.getOrDefault("Sec-Fetch-Site", List.of()).stream()
            .allMatch(site -> site.equals("same-origin") || site.equals("none"));
    return sameOrigin && (sameSite || link);
  }

  /** As a bearer, or as the password of any user, which browsers ask for. */
  private static boolean isAllowed(Optional<String> authorization, byte[] token) {
    String given = authorization.orElse("");
    int blank = given.indexOf(' ');
    String kind = blank < 0 ? "" : given.substring(0, blank).toLowerCase(Locale.ROOT);
    String rest = given.substring(blank + 1).strip();
    String said =
        switch (kind) {
          case "bearer" -> rest;
          case "basic" -> password(rest);
          default -> "";
        };
    return MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token);
  }

  private static String password(String encoded) {
    try {
      String both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      return both.substring(both.indexOf(':') + 1);
    } catch (IllegalArgumentException broken) {
      return "";
    }
  }
}
