package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The executable for aarch64, from the same C, in qemu's emulation of user programs. That has no
 * sock_diag, so the answers are those by /proc/net and by asking the sockets themselves; {@link
 * Linux612Aarch64Test} has a kernel of that processor.
 */
@Tag("long")
final class Aarch64Test extends Scenarios {
  private static final String EMULATOR = "qemu-aarch64-static";

  Aarch64Test() {
    super(Way.EXECUTABLE);
  }

  private Output run(String... arguments) {
    List<String> command = new ArrayList<>(lab.enter());
    command.addAll(
        List.of("--", Lab.requireProgram(EMULATOR), Architecture.AARCH64.executable().toString()));
    command.addAll(List.of(arguments));
    return Output.of(command);
  }

  private DiagnosisAssert ask(String target) {
    QuestionAssert asked = new QuestionAssert(new Lab(Way.EXECUTABLE), Way.EXECUTABLE, target);
    return AnswerAssert.parse(asked, run("--json", target), PublishedSchema.of(Way.EXECUTABLE))
        .diagnoses()
        .getFirst();
  }

  @Test
  void itSaysItsVersionAndTheSameSchema() {
    assertThat(run("--version").standardOutput()).startsWith("inuse ");
    assertThat(run("schema").standardOutput())
        .isEqualTo(Output.of(List.of(Programs.EXECUTABLE.toString(), "schema")).standardOutput());
  }

  @Test
  void aFreePortIsFree() {
    ask("8081").says(FREE).becauseNothing();
  }

  @Test
  void aListenerIsFoundWithItsProcess() {
    Running server = lab.listener(8080);

    ask("8080").says(BLOCKED).because("listener").heldBy(server);
  }

  @Test
  void aBoundSocketIsFoundByAskingItself() {
    Running server = lab.hold("socket s tcp6", "bind s :: 8080");

    ask("8080").says(BLOCKED).because("bound-not-listening").heldBy(server);
  }

  @Test
  void aUdpSocketIsFound() {
    Running server = lab.hold("socket u udp4", "bind u 0.0.0.0 5353");

    ask("udp/5353").says(BLOCKED).because("udp-socket").heldBy(server);
  }
}
