package inuse.java;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The order in which free ports are tried.
 *
 * <p>First those that no program has been promised (RFC 6335, section 6: 49152 and above) and that
 * the kernel gives to no client; then the others that it gives to no client; and those of the
 * ephemeral range (ip(7), ip_local_port_range) and the reserved ones at the very end. Each part
 * begins somewhere else at each call: a number that was just given up may still have clients.
 */
final class FreePorts {
  /** The first port that needs no privilege by default. */
  private static final int FIRST = 1024;

  private static final int FIRST_DYNAMIC = 49152;
  private static final int LAST = 65535;

  private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4");

  /** {@code 32768 60999} or {@code 8080,9000-9010}. */
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:[-\\s]+(\\d{1,5}))?");

  private FreePorts() {}

  /** All of them, as the settings are now; each is found when it is asked for. */
  static IntStream order() {
    return order(setting("ip_local_port_range"), setting("ip_local_reserved_ports"));
  }

  /**
   * All of them.
   *
   * @param ephemeral the text of ip_local_port_range; empty where it is not known
   * @param reserved the text of ip_local_reserved_ports
   */
  static IntStream order(String ephemeral, String reserved) {
    BitSet given = ports(ephemeral);
    given.or(ports(reserved));
    return IntStream.concat(
        IntStream.concat(
            turned(given, false, FIRST_DYNAMIC, LAST),
            turned(given, false, FIRST, FIRST_DYNAMIC - 1)),
        turned(given, true, FIRST, LAST));
  }

  private static IntStream turned(BitSet given, boolean whether, int first, int last) {
    int count = last - first + 1;
    int set = given.get(first, last + 1).cardinality();
    if ((whether ? set : count - set) == 0) {
      return IntStream.empty();
    }
    // At one of them: the first one behind all the others would be the start of most calls.
    int start =
        ThreadLocalRandom.current()
            .ints(0, count)
            .filter(i -> given.get(first + i) == whether)
            .findFirst()
            .getAsInt();
    return IntStream.range(0, count)
        .map(i -> first + (start + i) % count)
        .filter(port -> given.get(port) == whether);
  }

  private static BitSet ports(String text) {
    BitSet ports = new BitSet(LAST + 1);
    Matcher matcher = RANGE.matcher(text);
    while (matcher.find()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first <= last && last <= LAST) {
        ports.set(first, last + 1);
      }
    }
    return ports;
  }

  private static String setting(String name) {
    try {
      return Files.readString(SETTINGS.resolve(name));
    } catch (IOException e) {
      return "";
    }
  }
}
