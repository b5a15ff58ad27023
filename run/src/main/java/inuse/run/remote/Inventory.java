package inuse.run.remote;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hosts and groups of hosts by name: of an inventory in Ansible's INI form, and of ssh_config(5).
 */
public final class Inventory {
  /** Hosts that are asked at most. */
  public static final int MAX = 1000;

  private static final String ALL = "all";
  private static final String CHILDREN = ":children";
  private static final String VARIABLES = ":vars";

  private final Map<String, RemoteHost> hosts = new LinkedHashMap<>();
  private final Map<String, Set<String>> members = new LinkedHashMap<>();
  private final Map<String, Set<String>> children = new LinkedHashMap<>();

  /** Adds what an inventory has; what is neither a host nor a section is passed over. */
  public void addIni(List<String> lines) {
    String section = "ungrouped";
    for (String line : lines) {
      int comment = line.indexOf('#');
      String text = (comment < 0 ? line : line.substring(0, comment)).trim();
      if (text.isEmpty() || text.startsWith(";")) {
        continue;
      }
      if (text.startsWith("[") && text.endsWith("]")) {
        section = text.substring(1, text.length() - 1);
      } else if (section.endsWith(CHILDREN)) {
        String parent = section.substring(0, section.length() - CHILDREN.length());
        children.computeIfAbsent(parent, name -> new LinkedHashSet<>()).add(text);
      } else if (!section.endsWith(VARIABLES)) {
        addHost(section, words(text));
      }
    }
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : Fields.split(text.replace('\t', ' '), ' ')) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private void addHost(String group, List<String> words) {
    List<String> variables = words.subList(1, words.size());
    List<String> names = spread(words.getFirst());
    for (String name : names) {
      boolean one = names.size() == 1;
      hosts.putIfAbsent(
          name,
          new RemoteHost(
              name,
              one ? value(variables, "ansible_host") : Optional.empty(),
              value(variables, "ansible_port"),
              value(variables, "ansible_user")));
      members.computeIfAbsent(group, key -> new LinkedHashSet<>()).add(name);
    }
  }

  private static Optional<String> value(List<String> variables, String name) {
    return variables.stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> word.substring(name.length() + 1))
        .findFirst();
  }

  /** {@code web[01:10]} is ten hosts. */
  private static List<String> spread(String name) {
    int open = name.indexOf('[');
    int colon = name.indexOf(':', Math.max(open, 0));
    int close = name.indexOf(']', Math.max(colon, 0));
    if (open < 0 || colon < 0 || close < 0) {
      return List.of(name);
    }
    String from = name.substring(open + 1, colon);
    Optional<Integer> first = Decimal.parse(from, 99_999);
    Optional<Integer> last = Decimal.parse(name.substring(colon + 1, close), 99_999);
    if (first.isEmpty() || last.isEmpty() || last.get() - first.get() >= MAX) {
      return List.of(name);
    }
    List<String> names = new ArrayList<>();
    for (int number = first.get(); number <= last.get(); number++) {
      String digits = Integer.toString(number);
      String zeros = "0".repeat(Math.max(0, from.length() - digits.length()));
      names.add(name.substring(0, open) + zeros + digits + name.substring(close + 1));
    }
    return names;
  }

  /** Adds the hosts that ssh_config(5) names without a pattern; ssh itself knows the rest. */
  public void addConfiguration(List<String> lines) {
    for (String line : lines) {
      List<String> words = words(line.trim().replace('=', ' '));
      if (!words.isEmpty() && List.of("host", "Host", "HOST").contains(words.getFirst())) {
        words.stream()
            .skip(1)
            .filter(name -> isHost(name))
            .forEach(name -> hosts.putIfAbsent(name, new RemoteHost(name)));
      }
    }
  }

  /** Whether ssh would not take it for anything else than a host. */
  public static boolean isHost(String name) {
    return !name.isEmpty() && !name.startsWith("-") && Untrusted.isPlain(name, "@._-:%[]");
  }

  /** The hosts that these words mean, each once: names, groups, and patterns with * and ?. */
  public List<RemoteHost> of(List<String> words) {
    Map<String, RemoteHost> found = new LinkedHashMap<>();
    for (String word : words) {
      for (String name : names(word, new LinkedHashSet<>())) {
        found.putIfAbsent(name, hosts.getOrDefault(name, new RemoteHost(name)));
      }
    }
    return List.copyOf(found.values());
  }

  private Set<String> names(String word, Set<String> above) {
    Set<String> names = new LinkedHashSet<>();
    if (hosts.containsKey(word)) {
      names.add(word);
    } else if (word.equals(ALL) && !members.isEmpty()) {
      names.addAll(hosts.keySet());
    } else if (members.containsKey(word) || children.containsKey(word)) {
      names.addAll(members.getOrDefault(word, Set.of()));
      if (above.add(word)) {
        children.getOrDefault(word, Set.of()).forEach(child -> names.addAll(names(child, above)));
      }
    } else if (word.indexOf('*') >= 0 || word.indexOf('?') >= 0) {
      hosts.keySet().stream().filter(name -> matches(word, 0, name, 0)).forEach(names::add);
    } else {
      names.add(word);
    }
    return names;
  }

  private static boolean matches(String pattern, int at, String name, int from) {
    if (at == pattern.length()) {
      return from == name.length();
    }
    char one = pattern.charAt(at);
    if (one == '*') {
      for (int next = from; next <= name.length(); next++) {
        if (matches(pattern, at + 1, name, next)) {
          return true;
        }
      }
      return false;
    }
    return from < name.length()
        && (one == '?' || one == name.charAt(from))
        && matches(pattern, at + 1, name, from + 1);
  }
}
