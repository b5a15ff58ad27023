package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an {@link EmulatedMachine} said: the scenarios of vm/init, each with its holders, what inuse
 * said, and the oracle's binds.
 */
record KernelReport(String release, Map<String, Scenario> scenarios, boolean isComplete) {
  static final KernelReport NOT_BOOTED = new KernelReport("", Map.of(), false);

  /**
   * One scenario.
   *
   * @param pids of its holders
   * @param binds the results of binds, by address and option
   * @param facts what else was told of it, by name
   */
  record Scenario(List<Long> pids, Map<String, String> binds, Map<String, String> facts) {
    private static Scenario begun() {
      return new Scenario(new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }
  }

  static KernelReport parse(List<String> lines) {
    String release = "";
    boolean complete = false;
    Map<String, Scenario> scenarios = new LinkedHashMap<>();
    Scenario current = Scenario.begun();
    for (String line : lines) {
      String[] words = (line.strip() + " ").split(" ", 4);
      switch (words[0]) {
        case "kernel" -> release = words[1];
        case "ask" -> {
          current = Scenario.begun();
          scenarios.put(words[1], current);
        }
        case "pid" -> current.pids.add(Long.valueOf(words[1]));
        case "out", "err" ->
            current.facts.put(words[0], new String(Base64.getDecoder().decode(words[1]), UTF_8));
        case "exit", "before", "after" -> current.facts.put(words[0], words[1]);
        case "bind" -> current.binds.put(words[1] + " " + words[2], words[3].strip());
        case "done" -> complete = true;
        default -> throw new AssertionError("the machine said: " + line);
      }
    }
    return new KernelReport(release, scenarios, complete);
  }

  Set<String> names() {
    return scenarios.keySet();
  }

  long[] pids(String name) {
    return scenario(name).pids.stream().mapToLong(Long::longValue).toArray();
  }

  /** What was told of a scenario under that name. */
  String fact(String name, String fact) {
    return requireNonNull(
        scenario(name).facts.get(fact), () -> "no " + fact + " of " + scenario(name));
  }

  /** What the command of a scenario printed, and how it ended. */
  Output output(String name) {
    return new Output(
        List.of("inuse in the scenario " + name + ", binds " + scenario(name).binds),
        Integer.parseInt(fact(name, "exit")),
        fact(name, "out"),
        fact(name, "err"));
  }

  /** The diagnosis in a scenario. */
  DiagnosisAssert diagnosis(String name) {
    QuestionAssert asked = new QuestionAssert(new Lab(Way.EXECUTABLE), Way.EXECUTABLE, name);
    PublishedSchema schema = PublishedSchema.of(Way.EXECUTABLE);
    return AnswerAssert.parse(asked, output(name), schema).diagnoses().getFirst();
  }

  /** The same, whose verdict is this one by us and by the oracle. */
  DiagnosisAssert says(String name, VerdictAssert verdict) {
    DiagnosisAssert diagnosis = diagnosis(name);
    assertThat(proven(scenario(name)))
        .as("verdict by trybind of %s", diagnosis.output())
        .isEqualTo(verdict);
    return diagnosis.says(verdict);
  }

  private Scenario scenario(String name) {
    return requireNonNull(scenarios.get(name), "no scenario " + name + " in " + names());
  }

  /** A bind succeeds now, as the oracle has it. */
  void isFree(String name) {
    assertThat(proven(scenario(name))).as("%s", output(name)).isEqualTo(VerdictAssert.FREE);
  }

  private static VerdictAssert proven(Scenario scenario) {
    return scenario.binds.entrySet().stream()
        .filter(bind -> bind.getKey().endsWith(" plain"))
        .map(bind ->
            switch (bind.getValue()) {
              case "ok" -> VerdictAssert.FREE;
              case "EACCES" -> VerdictAssert.DENIED;
              case "EADDRINUSE" ->
                  "ok".equals(scenario.binds.get(bind.getKey().replace("plain", "reuseaddr")))
                      ? VerdictAssert.FREE_WITH_REUSEADDR
                      : VerdictAssert.BLOCKED;
              default -> throw new AssertionError("trybind said " + bind);
            })
        .max(naturalOrder())
        .orElseThrow();
  }
}
