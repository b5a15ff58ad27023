package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.util.List;

/** One whole answer in JSON. */
record AnswerAssert(Output output, List<DiagnosisAssert> diagnoses) {
  AnswerAssert {
    diagnoses = List.copyOf(diagnoses);
  }

  /** Parses it, and checks what the contract and this schema say of every answer. */
  static AnswerAssert parse(QuestionAssert question, Output output, PublishedSchema schema) {
    JsonObject document = json(output);
    schema.assertAllows(output);
    assertThat(document.get("schema").getAsString())
        .as("%s", output)
        .isEqualTo("inuse.diagnosis/1");
    List<DiagnosisAssert> diagnoses =
        document.getAsJsonArray("diagnoses").asList().stream()
            .map(element -> new DiagnosisAssert(question, output, element.getAsJsonObject()))
            .toList();
    assertThat(output.exitCode()).as("exit code of %s", output).isEqualTo(exitCode(diagnoses));
    assertThat(output.standardError()).as("stderr of %s", output).isEmpty();
    return new AnswerAssert(output, diagnoses);
  }

  static JsonObject json(Output output) {
    try {
      return JsonParser.parseString(output.standardOutput()).getAsJsonObject();
    } catch (JsonSyntaxException | IllegalStateException e) {
      throw new AssertionError("no JSON document: " + output, e);
    }
  }

  /** 0 if any is 0, else 3 if any is 3, else 1. */
  private static int exitCode(List<DiagnosisAssert> diagnoses) {
    List<Integer> codes =
        diagnoses.stream().map(diagnosis -> diagnosis.verdict().exitCode).toList();
    return codes.contains(0) ? 0 : codes.contains(3) ? 3 : 1;
  }

  /** Does it say itself that something was not looked at because the host was too busy? */
  boolean ranOutOfTime() {
    return diagnoses.stream().anyMatch(DiagnosisAssert::ranOutOfTime);
  }

  int exitCode() {
    return output.exitCode();
  }

  @Override
  public String toString() {
    return output.toString();
  }
}
