package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.zoo.oracle.OracleMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The rules of bind and listen, and of who answers, against the kernel, in random scenarios: {@code
 * oracle.count} of them, from the seed {@code oracle.seed}. See {@link OracleMain}.
 */
final class RandomHoldersTest {
  /** Scenarios in one namespace: its ports, and what stays in TIME_WAIT, are not without end. */
  private static final int MAX_IN_ONE_NAMESPACE = 5_000;

  /** What a run about who answers has to meet. */
  private static final List<String> ANSWERS_TO_BE_MET =
      List.of(
          "tcp-nobody",
          "tcp-one",
          "tcp-several",
          "tcp-past-another",
          "udp-nobody",
          "udp-one",
          "udp-several",
          "udp-past-another");

  private static final Pattern WORD = Pattern.compile("(\\S+)=(\\d+)");

  /** What a run has to meet, or it proves less than it says. */
  private static final List<String> WHAT_HAS_TO_BE_MET =
      List.of(
          "state-LISTEN",
          "state-BOUND",
          "state-SYN_SENT",
          "state-SYN_RECV-orphan",
          "state-ESTABLISHED",
          "state-ESTABLISHED-orphan",
          "state-FIN_WAIT1",
          "state-FIN_WAIT1-orphan",
          "state-FIN_WAIT2",
          "state-FIN_WAIT2-orphan",
          "state-CLOSE_WAIT",
          "state-CLOSING",
          "state-CLOSING-orphan",
          "state-LAST_ACK-orphan",
          "state-TIME_WAIT-orphan",
          "state-udp-BOUND",
          "state-udp-ESTABLISHED",
          "bind-ok",
          "bind-EADDRINUSE",
          "listen-ok",
          "listen-EADDRINUSE",
          "options-not-readable",
          "let-in-unseen-tcp",
          "let-in-unseen-udp");

  @RegisterExtension static final Skips SKIPS = new Skips();

  /** A rule, as OracleMain calls it. */
  private enum Rule {
    BIND,
    LOOKUP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    Path regressions() {
      String file = this == BIND ? "oracle-regressions.txt" : "lookup-regressions.txt";
      return Path.of("src", "test", "resources", "inuse", "zoo", file);
    }
  }

  /** What came of one run. */
  private record Run(List<String> disagreements, String summary) {
    long count(String what) {
      Matcher word = WORD.matcher(summary);
      while (word.find()) {
        if (word.group(1).equals(what)) {
          return Long.parseLong(word.group(2));
        }
      }
      return 0;
    }
  }

  @Test
  void theRuleForetellsWhatTheKernelDoesToRandomNewcomers() throws Exception {
    List<Run> runs = compared(Rule.BIND, Integer.getInteger("oracle.count", 5_000));

    assertMet(runs, WHAT_HAS_TO_BE_MET);
  }

  @Test
  void theRuleForetellsWhoAnswersRandomClients() throws Exception {
    List<Run> runs = compared(Rule.LOOKUP, Integer.getInteger("oracle.count", 5_000) / 5);

    assertMet(runs, ANSWERS_TO_BE_MET);
  }

  @SuppressWarnings("SystemOut") // the seed must be seen
  private static List<Run> compared(Rule rule, int scenarios) throws Exception {
    int left = scenarios;
    long seed = Optional.ofNullable(Long.getLong("oracle.seed")).orElse(System.nanoTime());
    List<String> found = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    while (left > 0 && found.isEmpty()) {
      int count = Math.min(left, MAX_IN_ONE_NAMESPACE);
      Run run = run(rule, seed + runs.size(), count, "ok");
      System.out.println("ORACLE: " + run.summary);
      found.addAll(run.disagreements);
      runs.add(run);
      left -= count;
    }
    keep(rule, found);
    assertThat(found).isEmpty();
    return runs;
  }

  private static void assertMet(List<Run> runs, List<String> what) {
    assertThat(what)
        .allSatisfy(
            one -> assertThat(runs.stream().mapToLong(run -> run.count(one)).sum()).isPositive());
    assertThat(runs).allSatisfy(run -> assertThat(run.count("regression")).isPositive());
  }

  @Test
  void aRuleThatForgetsTheUserIsFoundOutByASmallScenario() throws Exception {
    Run run = run(Rule.BIND, 1, 1000, "planted");

    assertThat(run.disagreements).isNotEmpty();
    assertThat(run.disagreements)
        .anySatisfy(one ->
            assertThat(one)
                .matches(
                    "(tcp|udp) ; bound 0\\.0\\.0\\.0 (uid=\\d+ )?rp ; "
                        + "new 0\\.0\\.0\\.0 (uid=\\d+ )?rp [|].*"));
  }

  @Test
  void aRuleThatForgetsTheDeviceIsFoundOutByASmallScenario() throws Exception {
    Run run = run(Rule.LOOKUP, 1, 300, "planted");

    assertThat(run.disagreements)
        .anySatisfy(one ->
            assertThat(one)
                .matches(
                    "(tcp|udp) ; (listen|bound) 0\\.0\\.0\\.0 dev=lo ; new 10\\.1\\.0\\.1 [|].*"));
  }

  private static Run run(Rule rule, long seed, int count, String kind) throws Exception {
    Lab.requireRoot("cannot make sockets of several users");
    String ip = Lab.requireProgram("ip");
    Lab lab = new Lab(Way.EXECUTABLE);
    try {
      in(lab, ip, "link", "add", "d0", "type", "veth", "peer", "name", "d1");
      in(lab, ip, "link", "set", "d0", "up");
      in(lab, ip, "link", "set", "d1", "up");
      in(lab, ip, "address", "add", "10.1.0.1/24", "dev", "d0");
      in(lab, ip, "address", "add", "fd00::1/64", "dev", "d0", "nodad");
      List<String> command =
          new ArrayList<>(
              List.of(
                  "--",
                  Programs.JAVA.toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:+UseSerialGC",
                  "-cp",
                  requireNonNull(System.getProperty("java.class.path")),
                  OracleMain.class.getName()));
      command.addAll(
          List.of(
              rule.word(),
              Programs.ORACLE.toString(),
              rule.regressions().toString(),
              Long.toString(seed),
              Integer.toString(count),
              kind));
      return outcome(lab, command);
    } finally {
      lab.close();
    }
  }

  private static void in(Lab lab, String... words) {
    List<String> command = new ArrayList<>(lab.enter());
    command.add("--");
    command.addAll(List.of(words));
    Output output = Output.of(command);
    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  private static Run outcome(Lab lab, List<String> command) throws Exception {
    List<String> whole = new ArrayList<>(lab.enter());
    whole.addAll(command);
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    return new Run(
        lines.stream()
            .filter(line -> line.startsWith("disagreement "))
            .map(line -> line.substring("disagreement ".length()))
            .toList(),
        lines.getLast());
  }

  /** Every later run tries these first. */
  private static void keep(Rule rule, List<String> found) throws IOException {
    List<String> scenarios =
        found.stream().map(line -> line.substring(0, line.indexOf(" | "))).toList();
    Files.write(rule.regressions(), scenarios, UTF_8, StandardOpenOption.APPEND);
  }
}
