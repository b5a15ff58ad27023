package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** One question to inuse, in a lab, under circumstances. */
final class Question {
  private final Lab lab;
  private final Way way;
  private final List<String> arguments;
  private final List<String> circumstances = new ArrayList<>();
  private OptionalInt uid = OptionalInt.empty();

  Question(Lab lab, Way way, String... arguments) {
    this.lab = lab;
    this.way = way;
    this.arguments = List.of(arguments);
  }

  /** Asked by that user, who has no capabilities. */
  Question by(int uid) {
    Lab.requireRoot("cannot ask as another user");
    this.uid = OptionalInt.of(uid);
    return this;
  }

  /** Asked with nothing at all in /proc. */
  Question withEmptyProc() {
    circumstances.add("--empty-proc");
    return this;
  }

  /** Asked where socket(FAMILY, …) fails. */
  Question withoutFamily(String family, String errno) {
    circumstances.addAll(List.of("--no-family", family, errno));
    return this;
  }

  /** Asked with a standard output that nobody reads. */
  Question withClosedStdout() {
    circumstances.add("--closed-stdout");
    return this;
  }

  /** The same question by the user who runs the tests. */
  Question byRoot() {
    Lab.requireRoot("cannot ask as root");
    Question same = new Question(lab, way, arguments.toArray(String[]::new));
    same.circumstances.addAll(circumstances);
    return same;
  }

  Lab lab() {
    return lab;
  }

  boolean isOfExecutable() {
    return way == Way.EXECUTABLE;
  }

  /** Real binds under the same circumstances, by the same user. */
  Oracle oracle() {
    return new Oracle(lab, circumstances, uid);
  }

  /** The command's output for exactly the given arguments. */
  Output run(String... more) {
    List<String> command = new ArrayList<>(lab.enter());
    command.addAll(circumstances);
    uid.ifPresent(user -> command.addAll(List.of("--uid", Integer.toString(user))));
    command.add("--");
    command.addAll(way.command());
    command.addAll(List.of(more));
    command.addAll(arguments);
    Output output = Output.of(command);
    if (output.exitCode() == Running.CANNOT) {
      abort(output.standardOutput());
    }
    return output;
  }

  /** Asks in JSON only. */
  Answer answer() {
    return Answer.parse(this, run("--json"), PublishedSchema.of(way));
  }

  /** Asks in JSON and in text about one target, and holds the verdict against a real bind. */
  Diagnosis ask() {
    List<Diagnosis> diagnoses = askAll();
    assertThat(diagnoses).as("diagnoses of %s", arguments).hasSize(1);
    return diagnoses.getFirst();
  }

  /** Asks in JSON and in text, and holds every verdict against a real bind. */
  List<Diagnosis> askAll() {
    Answer answer = answer();
    for (Diagnosis diagnosis : answer.diagnoses()) {
      if (diagnosis.verdict() != Verdict.UNKNOWN) {
        Verdict proven = oracle().verdictOn(diagnosis.target());
        assertThat(diagnosis.verdict())
            .as("verdict against a real bind%n%s", answer)
            .isEqualTo(proven);
      }
    }
    Output text = run();
    text.assertFitForATerminal();
    assertThat(text.exitCode()).as("exit code in text of %s", text).isEqualTo(answer.exitCode());
    return answer.diagnoses();
  }
}
