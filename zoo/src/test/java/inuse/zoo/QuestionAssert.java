package inuse.zoo;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A question to inuse, in a lab, under given circumstances. */
final class QuestionAssert {
  private final Lab lab;
  private final Way way;
  private final List<String> arguments;
  private final List<String> circumstances = new ArrayList<>();
  private final List<String> variables = new ArrayList<>();
  private boolean holdersAreAsserted;
  private OptionalInt uid = OptionalInt.empty();
  private Lab asked;
  private boolean strict = true;
  private boolean mayRunOutOfTime;

  QuestionAssert(Lab lab, Way way, String... arguments) {
    this.lab = lab;
    asked = lab;
    this.way = way;
    this.arguments = List.of(arguments);
  }

  /** Asked by that user, who has no capabilities. */
  QuestionAssert by(int uid) {
    Lab.requireRoot("cannot ask as another user");
    this.uid = OptionalInt.of(uid);
    return this;
  }

  /** The arguments lead into the namespace of that lab. */
  QuestionAssert about(Lab other) {
    asked = other;
    return this;
  }

  /** Asked with nothing at all in /proc. */
  QuestionAssert withEmptyProc() {
    circumstances.add("--empty-proc");
    return this;
  }

  /** Asked in a new PID namespace, with a /proc of its own, as inside a container. */
  QuestionAssert inPidNamespace() {
    circumstances.add("--pid-namespace");
    return this;
  }

  /**
   * Asked in a new PID namespace, with the /proc of the one outside, where another process has that
   * pid: what became of it is on standard error.
   */
  QuestionAssert besideAnotherWithPid(long pid) {
    Lab.requireRoot("pids of a namespace cannot be chosen");
    circumstances.addAll(List.of("--foreign-proc", Long.toString(pid)));
    return this;
  }

  /** Asked where no descriptor of another process can be duplicated, as in many a container. */
  QuestionAssert mayNotDuplicate() {
    circumstances.add("--no-pidfd-getfd");
    return this;
  }

  /** Asked by root with no more capabilities than Docker leaves it in a container. */
  QuestionAssert withDockersCapabilities() {
    Lab.requireRoot("root's capabilities are dropped");
    circumstances.add("--docker-capabilities");
    return this;
  }

  /** Asked with a /proc that shows users only their own processes. */
  QuestionAssert withHidepid() {
    circumstances.add("--hidepid");
    return this;
  }

  /** Asked where socket(FAMILY, …) fails. */
  QuestionAssert withoutFamily(String family, String errno) {
    circumstances.addAll(List.of("--no-family", family, errno));
    return this;
  }

  /** Asked where that system call fails. */
  QuestionAssert withoutCall(String name, String errno) {
    circumstances.addAll(List.of("--no-call", name, errno));
    // The program between, env(1), would be refused as well.
    strict = false;
    return this;
  }

  /** Asked with a standard output that nobody reads. */
  QuestionAssert withClosedStdout() {
    circumstances.add("--closed-stdout");
    return this;
  }

  /** Asked under a policy that lets it bind no TCP port but this one (Landlock). */
  QuestionAssert mayOnlyBind(int port) {
    circumstances.addAll(List.of("--landlock-bind", Integer.toString(port)));
    return this;
  }

  /** Asked where bind() fails with EPERM, as a seccomp filter may have it. */
  QuestionAssert mayNotBind() {
    circumstances.add("--no-bind");
    return this;
  }

  /** Asked with that way to search for holders, whatever the host is like. */
  QuestionAssert searchedBy(String way) {
    variables.add("INUSE_SEARCH_BY=" + way);
    return this;
  }

  /** Asked while sockets come and go, so that probe and table may contradict each other. */
  QuestionAssert whileSocketsComeAndGo() {
    strict = false;
    return this;
  }

  /** Somebody does not answer inuse in time, which is what the scenario is about. */
  QuestionAssert mayRunOutOfTime() {
    mayRunOutOfTime = true;
    return this;
  }

  /** The same question by the user who runs the tests. */
  QuestionAssert byRoot() {
    Lab.requireRoot("cannot ask as root");
    QuestionAssert same = new QuestionAssert(lab, way, arguments.toArray(String[]::new));
    same.circumstances.addAll(circumstances);
    return same;
  }

  /** The same question by the user who runs the tests, under no circumstances. */
  QuestionAssert plainly() {
    Lab.requireRoot("cannot act as root");
    QuestionAssert same = new QuestionAssert(lab, way, arguments.toArray(String[]::new));
    same.asked = asked;
    return same;
  }

  /** Frees what the question is about, and reads the answer as programs do. */
  FreedAssert free(String... options) {
    List<String> words = new ArrayList<>(List.of("free", "--json"));
    words.addAll(List.of(options));
    Output output = run(words.toArray(String[]::new));
    return FreedAssert.parse(this, output, PublishedSchema.of(way));
  }

  /** The words that start inuse, the way it is asked. */
  List<String> program() {
    return way.command();
  }

  Lab lab() {
    return lab;
  }

  boolean isOfExecutable() {
    return way == Way.EXECUTABLE;
  }

  /** Real binds under the same circumstances, by the same user. */
  Oracle oracle() {
    List<String> options = new ArrayList<>();
    OptionalInt owner = uid;
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--reuseaddr", "--reuseport", "--v6only" -> options.add(arguments.get(i).substring(2));
        case "--no-reuseaddr" -> options.remove("reuseaddr");
        case "--device" -> options.addAll(List.of("device", arguments.get(i + 1)));
        case "--as" ->
            owner =
                OptionalInt.of(
                    arguments.get(i + 1).equals("nobody")
                        ? Lab.NOBODY
                        : Integer.parseInt(arguments.get(i + 1)));
        default -> {}
      }
    }
    return new Oracle(asked, circumstances, owner, options);
  }

  /** Said by {@link DiagnosisAssert#heldBy}: the scenario knows who holds the port. */
  void assertHolders() {
    holdersAreAsserted = true;
  }

  boolean holdersAreAsserted() {
    return holdersAreAsserted;
  }

  /** The output of another program in the same place, under the same circumstances. */
  Output outputOf(List<String> program) {
    List<String> command = begin();
    command.addAll(program);
    return Output.of(command);
  }

  private List<String> begin() {
    List<String> command = new ArrayList<>(lab.enter());
    command.addAll(circumstances);
    uid.ifPresent(user -> command.addAll(List.of("--uid", Integer.toString(user))));
    command.add("--");
    return command;
  }

  /** The command's output for exactly the given arguments. */
  Output run(String... more) {
    List<String> command = begin();
    List<String> environment = new ArrayList<>(variables);
    if (strict) {
      // An answer that contradicts itself exits 70.
      environment.add("INUSE_STRICT=1");
    }
    if (!environment.isEmpty()) {
      command.add("env");
      command.addAll(environment);
    }
    command.addAll(way.command());
    command.addAll(List.of(more));
    command.addAll(arguments);
    Output output = Output.of(command);
    if (output.exitCode() == Running.CANNOT) {
      abort(output.standardOutput());
    }
    return output;
  }

  /**
   * Asks in JSON only. An answer that says that it ran out of time is no answer about the scenario
   * but about how busy the host is, and the same is asked again, as it advises.
   */
  AnswerAssert answer() {
    long deadline = System.nanoTime() + SECONDS.toNanos(Running.DEADLINE_SECONDS);
    AnswerAssert answer = parsed();
    while (!mayRunOutOfTime && answer.ranOutOfTime() && System.nanoTime() < deadline) {
      answer = parsed();
    }
    return answer;
  }

  private AnswerAssert parsed() {
    return AnswerAssert.parse(this, run("--json"), PublishedSchema.of(way));
  }

  /** Asks in JSON and in text about one target, and holds the verdict against a real bind. */
  DiagnosisAssert ask() {
    List<DiagnosisAssert> diagnoses = askAll();
    assertThat(diagnoses).as("diagnoses of %s", arguments).hasSize(1);
    return diagnoses.getFirst();
  }

  /** Asks in JSON and in text, and holds every verdict against a real bind. */
  List<DiagnosisAssert> askAll() {
    AnswerAssert answer = answer();
    for (DiagnosisAssert diagnosis : answer.diagnoses()) {
      if (diagnosis.verdict() != VerdictAssert.UNKNOWN) {
        VerdictAssert proven = oracle().verdictOn(diagnosis.target());
        assertThat(diagnosis.verdict())
            .as("verdict against a real bind%n%s", answer)
            .isEqualTo(proven);
      }
    }
    Output text = run();
    text.assertFitForATerminal();
    if (circumstances.isEmpty()) {
      answer.diagnoses().forEach(one -> OfferedLines.assertNoneIsRefused(this, one));
    }
    assertThat(text.exitCode()).as("exit code in text of %s", text).isEqualTo(answer.exitCode());
    return answer.diagnoses();
  }
}
