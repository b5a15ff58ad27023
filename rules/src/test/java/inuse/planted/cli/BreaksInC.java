package inuse.planted.cli;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

final class BreaksInC {
  private BreaksInC() {}

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] twice(byte[] bytes) {
    return bytes.clone();
  }

  static boolean isNothing(String text) {
    return text.isBlank();
  }

  static Map<String, String> map(Map<String, String> map) {
    return Map.copyOf(map);
  }

  static Set<String> set(Set<String> set) {
    return Set.copyOf(set);
  }
}
