package inuse.cli.commands;

import inuse.core.evidence.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a program is told its ports: by variables of its environment, and placeholders. */
final class PortWords {
  /** The first of them; PORT1 is the first too, PORT2 the second. */
  private static final String VARIABLE = "PORT";

  /** Variables and placeholders, with their numbers. */
  private final Map<String, String> variables = new LinkedHashMap<>();

  private final Map<String, String> placeholders = new LinkedHashMap<>();

  /** A port that has a name, and is found in a variable of that name. */
  record Named(String name, String variable) {}

  /**
   * Words for these ports.
   *
   * @param named names of the first of them
   */
  PortWords(List<Port> ports, List<Named> named) {
    for (int i = 0; i < ports.size(); i++) {
      String number = ports.get(i).toString();
      String place = i == 0 ? "" : Integer.toString(i + 1);
      put(VARIABLE + place, "port" + place, number);
      if (i == 0) {
        put(VARIABLE + 1, "port" + 1, number);
      }
      if (i < named.size()) {
        put(named.get(i).variable(), named.get(i).name(), number);
      }
    }
  }

  private void put(String variable, String placeholder, String number) {
    variables.put(variable, number);
    placeholders.put("{" + placeholder + "}", number);
  }

  /** The environment with the variables, in place of any that it had. */
  List<String> environment(List<String> given) {
    List<String> all = new ArrayList<>();
    for (String one : given) {
      int equals = one.indexOf('=');
      if (equals < 0 || !variables.containsKey(one.substring(0, equals))) {
        all.add(one);
      }
    }
    variables.forEach((name, number) -> all.add(name + "=" + number));
    return all;
  }

  /** The words with the numbers in place of the placeholders. */
  List<String> words(List<String> given) {
    return given.stream().map(this::word).toList();
  }

  private String word(String given) {
    String word = given;
    if (word.indexOf('{') >= 0) {
      for (Map.Entry<String, String> one : placeholders.entrySet()) {
        word = word.replace(one.getKey(), one.getValue());
      }
    }
    return word;
  }
}
