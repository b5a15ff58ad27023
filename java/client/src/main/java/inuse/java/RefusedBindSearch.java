package inuse.java;

import java.net.BindException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in a failure whether a bind was refused, and which address that was.
 *
 * <p>A number counts only where the words before or after it say that it was to be bound: the wrong
 * port would be worse than none. A host is taken over where it is an address or {@code localhost};
 * of another name only the port is, so that nothing is looked up that a message names.
 */
final class RefusedBindSearch {
  /** Exceptions that are looked at. */
  static final int MAX_EXCEPTIONS = 200;

  /** Characters of a message that are looked at; Docker's, with a command line, have a thousand. */
  static final int MAX_MESSAGE = 10_000;

  /**
   * {@code localhost/127.0.0.1:80}, {@code /[::1]:80}, {@code *:80}, {@code :::80}, {@code :80}.
   */
  private static final String ADDRESS =
      "(?:[\\w.-]*/)?"
          + "(?:\\[(?<six>[0-9a-fA-F:.]{2,45}(?:%[\\w.-]{1,16})?)\\]"
          + "|(?<four>\\d{1,3}(?:\\.\\d{1,3}){3})"
          + "|(?<any>::|\\*|<unresolved>)"
          + "|(?<name>[a-zA-Z][\\w.-]*))?"
          + ":(?<port>\\d{1,5})(?![\\d.]\\d|\\d)";

  /** The words that say that a bind was refused. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "address (?:is )?already in use|EADDRINUSE|port is already allocated|(?:port|address)"
              + " (?:\\S{1,60} )?(?:is|was) already in use|(?:failed|unable|could not|cannot|can't)"
              + " (?:to )?bind\\b|bind for \\S{1,60} failed|cannot assign requested address|ports"
              + " are not available",
          Pattern.CASE_INSENSITIVE);

  /** The words before an address, and those around a number, in the order of how sure they are. */
  private static final List<Pattern> PLACES =
      List.of(
          // Jetty, gRPC, Kafka, Docker: "Failed to bind to address /127.0.0.1:8080".
          Pattern.compile(
              "\\bbind(?:ing)? (?:(?:to|for|on|host|tcp|udp|port|address|socket) ){0,3}" + ADDRESS,
              Pattern.CASE_INSENSITIVE),
          // Go's, in what Docker says: "listen tcp4 0.0.0.0:8080: bind: address already in use".
          Pattern.compile("\\blisten (?:tcp|udp)[46]? " + ADDRESS + ": bind:"),
          // "Address already in use: /127.0.0.1:8080", "EADDRINUSE: address already in use
          // :::8080".
          Pattern.compile(
              "\\baddress already in use:? (?:bind )?" + ADDRESS, Pattern.CASE_INSENSITIVE),
          // "127.0.0.1:8080: Address already in use".
          Pattern.compile(
              "(?<![\\w.:])" + ADDRESS + "(?:/(?:tcp|udp))?:? (?:is )?address already in use",
              Pattern.CASE_INSENSITIVE),
          // Spring Boot: "Port 8080 is already in use", "Connector … listen on port 8080 failed".
          Pattern.compile(
              "\\bport:? (?<port>\\d{1,5}) (?:is|was) (?:already )?(?:in use|allocated)",
              Pattern.CASE_INSENSITIVE),
          Pattern.compile(
              "\\b(?:bind|binding|listen|listening) (?:(?:to|on|for) )?(?:tcp |udp )?port:? "
                  + "(?<port>\\d{1,5})\\b",
              Pattern.CASE_INSENSITIVE));

  private static final Pattern UDP = Pattern.compile("\\budp\\b", Pattern.CASE_INSENSITIVE);

  private RefusedBindSearch() {}

  /**
   * A refused bind.
   *
   * @param target the address; empty where no message names it
   * @param words what says that it was refused: a type and a message
   */
  record Found(Optional<String> target, String words) {}

  /** The refused bind that a failure is about; empty where it is about none. */
  static Optional<Found> in(Throwable failure) {
    List<Throwable> all = all(failure);
    Optional<String> refused = Optional.empty();
    // First where a bind is said to be refused, then what is said around it.
    for (Throwable one : all) {
      if (isRefused(one)) {
        Optional<String> target = target(message(one));
        if (target.isPresent()) {
          return Optional.of(new Found(target, words(one)));
        }
        refused = Optional.of(refused.orElse(words(one)));
      }
    }
    Optional<String> words = refused;
    return words.map(said ->
        new Found(all.stream().flatMap(one -> target(message(one)).stream()).findFirst(), said));
  }

  /** It, its causes and what was suppressed, each once, the nearest first. */
  private static List<Throwable> all(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> all = new ArrayList<>();
    Deque<Throwable> next = new ArrayDeque<>(List.of(failure));
    while (!next.isEmpty() && all.size() < MAX_EXCEPTIONS) {
      Throwable one = next.remove();
      if (seen.add(one)) {
        all.add(one);
        cause(one).ifPresent(next::add);
        next.addAll(List.of(one.getSuppressed()));
      }
    }
    return all;
  }

  private static Optional<Throwable> cause(Throwable of) {
    try {
      return Optional.ofNullable(of.getCause());
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Empty where the code that makes it fails. */
  private static String message(Throwable of) {
    try {
      String message = String.valueOf(of.getMessage());
      return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    } catch (RuntimeException e) {
      return "";
    }
  }

  private static String words(Throwable of) {
    String message = PrintableText.of(message(of));
    return of.getClass().getSimpleName()
        + ": "
        + (message.length() > 200 ? message.substring(0, 200) + "…" : message);
  }

  private static boolean isRefused(Throwable one) {
    return one instanceof BindException
        || one.getClass().getSimpleName().equals("PortInUseException")
        || REFUSED.matcher(message(one)).find();
  }

  private static Optional<String> target(String message) {
    for (Pattern place : PLACES) {
      Matcher matcher = place.matcher(message);
      while (matcher.find()) {
        int port = Integer.parseInt(matcher.group("port"));
        if (port >= 1 && port <= 65535) {
          boolean udp = UDP.matcher(around(message, matcher)).find();
          return Optional.of((udp ? "udp/" : "") + host(matcher) + port);
        }
      }
    }
    return Optional.empty();
  }

  /** What was matched and the word after it, as in {@code 0.0.0.0:53/udp}. */
  private static String around(String message, Matcher matcher) {
    return message.substring(
        matcher.start(), Math.min(message.length(), matcher.end("port") + "/udp".length()));
  }

  private static String host(Matcher matcher) {
    if (!matcher.pattern().pattern().contains("<six>")) {
      return "";
    }
    String six = Optional.ofNullable(matcher.group("six")).orElse("");
    String four = Optional.ofNullable(matcher.group("four")).orElse("");
    String name = Optional.ofNullable(matcher.group("name")).orElse("");
    if (!six.isEmpty()) {
      return six.matches("[0:]+") ? "" : "[" + six + "]:";
    }
    if (!four.isEmpty()) {
      return four.equals("0.0.0.0") ? "" : four + ":";
    }
    return name.toLowerCase(Locale.ROOT).equals("localhost") ? "localhost:" : "";
  }
}
