package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an answer claims of each name: the pids of those that answer, and of those that do not. */
record Claims(Map<String, Set<Long>> answering, Map<String, Set<Long>> missed) {
  private static final Pattern SENTENCE =
      Pattern.compile("(.+?) reach(?:es)? (.+?)(?:, not (.+))?");
  private static final Pattern PIDS = Pattern.compile("\\(pids? ([0-9, and]+)");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Those of the notes {@code who-answers}. */
  static Claims of(DiagnosisAssert diagnosis) {
    Claims claims = new Claims(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (JsonObject note : CauseAssert.elements(diagnosis.json(), "notes")) {
      if (note.get("id").getAsString().equals("who-answers")) {
        claims.read(note.get("summary").getAsString());
      }
    }
    assertThat(claims.answering).as("notes of %s", diagnosis.output()).isNotEmpty();
    return claims;
  }

  /** Those of the rows of {@code inuse list --json} about one port. */
  static Claims ofRows(JsonObject list) {
    Claims claims = new Claims(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (JsonObject row : CauseAssert.elements(list, "rows")) {
      long pid = row.get("pid").getAsLong();
      for (JsonObject answers : CauseAssert.elements(row, "answers")) {
        answers
            .getAsJsonArray("names")
            .forEach(name -> add(claims.answering, name.getAsString(), pid));
        for (JsonObject shadow : CauseAssert.elements(answers, "shadows")) {
          add(claims.missed, shadow.get("name").getAsString(), pid);
        }
      }
    }
    assertThat(claims.answering).as("%s", list).isNotEmpty();
    return claims;
  }

  private static void add(Map<String, Set<Long>> to, String name, long pid) {
    to.computeIfAbsent(name, any -> new TreeSet<>()).add(pid);
  }

  private void read(String summary) {
    Matcher sentence = SENTENCE.matcher(summary);
    assertThat(sentence.matches()).as(summary).isTrue();
    for (String label : sentence.group(1).replaceAll(" \\(.*?\\)", "").split(", | and ", -1)) {
      // As in a URL, which is how clients ask.
      String name = label.contains(":") ? "[" + label + "]" : label;
      assertThat(answering.put(name, pids(sentence.group(2)))).as(summary).isNull();
      missed.put(name, Optional.ofNullable(sentence.group(3)).map(Claims::pids).orElse(Set.of()));
    }
  }

  private static Set<Long> pids(String text) {
    Set<Long> pids = new TreeSet<>();
    Matcher all = PIDS.matcher(text);
    while (all.find()) {
      Matcher one = NUMBER.matcher(all.group(1));
      while (one.find()) {
        pids.add(Long.parseLong(one.group()));
      }
    }
    return pids;
  }

  Set<Long> of(String name) {
    assertThat(answering).containsKey(name);
    return answering.getOrDefault(name, Set.of());
  }

  /**
   * The servers of which it is said that this name does not reach them, though they listen there.
   */
  Set<Long> missing(String name) {
    return missed.getOrDefault(name, Set.of());
  }
}
