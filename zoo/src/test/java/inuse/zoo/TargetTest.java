package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Forms of targets, several of them, and options of the question. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class TargetTest extends Scenarios {
  TargetTest(Way way) {
    super(way);
  }

  @Test
  void aRangeIsOneDiagnosisForEachPort() {
    Running server = lab.listener(8080);

    List<DiagnosisAssert> diagnoses = lab.question("8079-8081").askAll();
    assertThat(diagnoses).extracting(TargetTest::port).containsExactly(8079, 8080, 8081);
    diagnoses.get(0).says(FREE).becauseNothing();
    diagnoses.get(1).says(BLOCKED).because("listener").heldBy(server);
    diagnoses.get(2).says(FREE).becauseNothing();
  }

  @Test
  void severalTargetsAreAnsweredInTheirOrder() {
    Running tcp = lab.listener(8080);
    Running udp = lab.hold("socket u udp4", "bind u 0.0.0.0 5353");

    List<DiagnosisAssert> diagnoses = lab.question("9999", "udp/5353", "127.0.0.1:8080").askAll();
    assertThat(diagnoses).extracting(TargetTest::port).containsExactly(9999, 5353, 8080);
    diagnoses.get(0).says(FREE).becauseNothing();
    diagnoses.get(1).says(BLOCKED).because("udp-socket").heldBy(udp);
    diagnoses.get(2).says(BLOCKED).because("listener").heldBy(tcp);
  }

  @Test
  void everyWayToWriteATargetMeansTheSame() {
    Running server = lab.listener("::", 8080);

    for (String target :
        List.of("8080", ":8080", "tcp/8080", "8080/tcp", "127.0.0.1:8080", "tcp/[::1]:8080")) {
      DiagnosisAssert diagnosis = lab.ask(target).says(BLOCKED).because("listener").heldBy(server);
      assertThat(diagnosis.target().get("protocol").getAsString()).isEqualTo("tcp");
      assertThat(port(diagnosis)).isEqualTo(8080);
    }
  }

  @Test
  void aServicesNameIsATarget() {
    Lab.requireRoot("port 80 is privileged");
    Running server = lab.listener(80);

    assertThat(port(lab.ask("http").says(BLOCKED).because("listener").heldBy(server)))
        .isEqualTo(80);
  }

  @Test
  void withoutAProbeTheVerdictIsUnknownAndTheCauseIsPredicted() {
    Running server = lab.listener(8080);

    lab.question("--no-probe", "8080")
        .ask()
        .says(UNKNOWN)
        .because("listener")
        .heldBy(server)
        .probedNothing();
  }

  @Test
  void theNamespaceIsTheOneThatWasAskedIn() {
    JsonObject here = lab.ask("8080").target();
    assertThat(here.get("netns").getAsLong()).isEqualTo(lab.netns());
    assertThat(here.get("address").getAsString()).isEqualTo("*");
  }

  @Test
  void quietSaysNothingAndExitsTheSame() {
    lab.listener(8080);

    Output held = lab.question("-q", "8080").run();
    Output free = lab.question("-q", "8081").run();
    assertThat(
            held.standardOutput()
                + held.standardError()
                + free.standardOutput()
                + free.standardError())
        .isEmpty();
    assertThat(List.of(held.exitCode(), free.exitCode())).containsExactly(0, 1);
  }

  @Test
  void aReaderThatWentAwayIsNoReasonToHangOrToPrintATrace() {
    lab.listener(8080);

    for (String form : List.of("--json", "--no-probe")) {
      Output output = lab.question("8080").withClosedStdout().run(form);
      assertThat(output.standardError()).as("%s", output).isEmpty();
      assertThat(output.exitCode()).as("%s", output).isNotIn(70, 77);
    }
  }

  private static int port(DiagnosisAssert diagnosis) {
    return diagnosis.target().get("port").getAsInt();
  }
}
