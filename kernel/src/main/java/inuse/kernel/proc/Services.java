package inuse.kernel.proc;

import java.util.OptionalInt;

/** Ports by name in the text of /etc/services (services(5)). */
public final class Services {
  private Services() {}

  /** The port of a service's name or alias for a protocol, {@code tcp} or {@code udp}. */
  public static OptionalInt port(String services, String name, String protocol) {
    for (String line : Fields.split(services, '\n')) {
      int comment = line.indexOf('#');
      String[] words = (comment < 0 ? line : line.substring(0, comment)).trim().split("[ \t]+", -1);
      if (words.length < 2) {
        continue;
      }
      int slash = words[1].indexOf('/');
      if (slash < 0 || !words[1].substring(slash + 1).equals(protocol)) {
        continue;
      }
      for (int i = 0; i < words.length; i++) {
        if (i != 1 && words[i].equals(name)) {
          long port = Numeral.decimal(words[1].substring(0, slash)).orElse(0);
          return port > 0 && port <= 0xffff ? OptionalInt.of((int) port) : OptionalInt.empty();
        }
      }
    }
    return OptionalInt.empty();
  }
}
