package inuse.core.ask.input;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the addresses that a line of prose names, as programs write them: {@code :::3000}, {@code
 * [::]:80}, {@code *:6379}, {@code /0:0:0:0:0:0:0:0:8080}, {@code ('127.0.0.1', 8000)}, {@code port
 * 8080}.
 */
final class AddressScanner {
  /** What programs write where they bind every address. */
  private static final Set<String> EVERYWHERE = Set.of("", "*", "+", "any", "null", "undef");

  private static final String LOCALHOST = "localhost";

  /** What may stand between the word port and its number. */
  private static final String BEFORE_NUMBER = " :=#-\"'`([{,<";

  /** Words for a port with its number behind them; longer ones first. */
  private static final List<String> PORT_WORDS =
      List.of(
          "port already in use",
          "port(s) already bound",
          "port number",
          "portnumber",
          "ports",
          "port",
          "nio",
          "nio2",
          "apr",
          "bind to",
          "bound to");

  private final String text;
  private final String lower;

  /** The addresses with a port, as targets are written. */
  private final List<String> addresses = new ArrayList<>();

  /** The IP addresses without one. */
  private final List<String> bare = new ArrayList<>();

  private AddressScanner(String text) {
    this.text = text;
    lower = lowerCase(text);
  }

  /**
   * What a line names.
   *
   * @param addresses with a port, in the order of the line
   * @param bare IP addresses without a port
   * @param port the number behind the word port
   */
  record Found(List<String> addresses, List<String> bare, Optional<String> port) {}

  static Found in(String line) {
    AddressScanner scanner = new AddressScanner(line);
    scanner.scan();
    return new Found(scanner.addresses, scanner.bare, scanner.port());
  }

  private void scan() {
    for (int at = 0; at < text.length(); ) {
      char c = text.charAt(at);
      int next = c == '[' ? bracketed(at) : c == '(' ? pair(at) : isRun(c) ? run(at) : at;
      at = Math.max(next, at + 1);
    }
  }

  /** {@code [::1]:80}, {@code [127.0.0.1]:80}: where it ends, or the bracket itself. */
  private int bracketed(int at) {
    int close = text.indexOf(']', at);
    if (close < 0) {
      return at;
    }
    String inside = text.substring(at + 1, close);
    String host = v6(inside).isPresent() ? "[" + inside + "]" : inside;
    if (v6(inside).isEmpty() && IpAddress.parse(inside).isEmpty()) {
      return at;
    }
    if (text.startsWith(":", close + 1)) {
      int end = digits(close + 2);
      if (add(host, text.substring(close + 2, end))) {
        return end;
      }
    }
    bare.add(host);
    return close + 1;
  }

  /** {@code ('127.0.0.1', 8000)}, {@code (*, 143)}: where its port ends, or the parenthesis. */
  private int pair(int at) {
    int comma = text.indexOf(',', at);
    if (comma < 0) {
      return at;
    }
    String host = unquoted(text.substring(at + 1, comma));
    int number = comma + 1;
    while (number < text.length() && text.charAt(number) == ' ') {
      number++;
    }
    int end = digits(number);
    Optional<String> place = place(host);
    return place.isPresent() && add(place.get(), text.substring(number, end)) ? end : at;
  }

  /** A word that has an address in it: where it ends. */
  private int run(int at) {
    int end = at;
    while (end < text.length() && isRun(text.charAt(end))) {
      end++;
    }
    int last = end;
    while (last > at && ".:,-".indexOf(text.charAt(last - 1)) >= 0) {
      last--;
    }
    String word = text.substring(at, last);
    if (!isOpened(at) || hostAndPort(at, last) || v6AndPort(word)) {
      return end;
    }
    if (v6(word).isPresent()) {
      bare.add("[" + word + "]");
    } else if (IpAddress.parse(word).isPresent()) {
      bare.add(word);
    }
    return end;
  }

  /** A port alone begins a word; behind a quote that closes, it is the value of a name. */
  private boolean isOpened(int at) {
    if (text.charAt(at) != ':' || at == 0) {
      return true;
    }
    char before = text.charAt(at - 1);
    boolean closes =
        (before == '"' || before == '\'') && at > 1 && isLetterOrDigit(lower.charAt(at - 2));
    return !closes;
  }

  private boolean hostAndPort(int at, int end) {
    int colon = text.indexOf(':', at);
    if (colon < 0 || colon >= end) {
      return false;
    }
    Optional<String> host = place(text.substring(at, colon));
    int stop = digits(colon + 1);
    boolean ends = stop == end || !isLetterOrDigit(text.charAt(stop));
    return host.isPresent() && ends && add(host.get(), text.substring(colon + 1, stop));
  }

  private boolean v6AndPort(String word) {
    int colon = word.lastIndexOf(':');
    return colon > 0
        && v6(word.substring(0, colon)).isPresent()
        && add("[" + word.substring(0, colon) + "]", word.substring(colon + 1));
  }

  /** A host as it stands before the colon of a target. */
  private static Optional<String> place(String host) {
    String name = lowerCase(host);
    if (EVERYWHERE.contains(name)) {
      return Optional.of("");
    }
    if (name.equals(LOCALHOST)) {
      return Optional.of(LOCALHOST);
    }
    return IpAddress.parse(host)
        .map(address -> address.family() == IpAddress.Family.V6 ? "[" + host + "]" : host);
  }

  /** An IPv6 address, with or without its interface. */
  private static Optional<IpAddress> v6(String text) {
    int scope = text.indexOf('%');
    String address = scope < 0 ? text : text.substring(0, scope);
    if (scope >= 0 && text.indexOf(' ', scope) >= 0) {
      return Optional.empty(); // no interface has a blank in its name
    }
    return IpAddress.parse(address).filter(one -> one.family() == IpAddress.Family.V6);
  }

  private boolean add(String host, String port) {
    if (!isPort(port)) {
      return false;
    }
    String address = host + ":" + port;
    if (!addresses.contains(address)) {
      addresses.add(address);
    }
    return true;
  }

  private static boolean isPort(String digits) {
    return !digits.isEmpty()
        && digits.length() <= 5
        && digits.chars().allMatch(one -> one >= '0' && one <= '9')
        && Integer.parseInt(digits) > 0
        && Integer.parseInt(digits) <= Port.MAX;
  }

  private int digits(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** The number behind the first word for a port that has one. */
  private Optional<String> port() {
    for (int at = 0; at < lower.length(); at++) {
      boolean begins = at == 0 || !isLetterOrDigit(lower.charAt(at - 1));
      for (String word : begins ? PORT_WORDS : List.<String>of()) {
        if (lower.startsWith(word, at)) {
          Optional<String> number = numberBehind(at + word.length());
          if (number.isPresent()) {
            return number;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> numberBehind(int from) {
    int at = from;
    while (at < text.length() && BEFORE_NUMBER.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    int end = digits(at);
    boolean ends =
        end == text.length() || !(isLetterOrDigit(text.charAt(end)) || isDecimalPoint(end));
    return at > from && ends && isPort(text.substring(at, end))
        ? Optional.of(text.substring(at, end))
        : Optional.empty();
  }

  private boolean isDecimalPoint(int at) {
    return text.charAt(at) == '.' && digits(at + 1) > at + 1;
  }

  private static String unquoted(String word) {
    String trimmed = word.trim();
    int from = 0;
    int end = trimmed.length();
    while (from < end && "'\"`".indexOf(trimmed.charAt(from)) >= 0) {
      from++;
    }
    while (end > from && "'\"`".indexOf(trimmed.charAt(end - 1)) >= 0) {
      end--;
    }
    return trimmed.substring(from, end);
  }

  /** Without the tables of Unicode: what is not ASCII counts as a letter. */
  private static boolean isLetterOrDigit(char c) {
    return c > 0x7f || Untrusted.isPlain(String.valueOf(c), "");
  }

  private static boolean isRun(char c) {
    return isLetterOrDigit(c) || ".:*+_-%".indexOf(c) >= 0;
  }

  /** ASCII letters in lower case; what programs print around an address is English. */
  static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c);
    }
    return lower.toString();
  }
}
