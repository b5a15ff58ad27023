package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Policies that deny a bind which no privilege would allow. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class PolicyTest extends Scenarios {
  PolicyTest(Way way) {
    super(way);
  }

  @Test
  void landlockDeniesAPortThatIsNotPrivilegedAndLeavesTheOther() {
    DiagnosisAssert diagnosis =
        lab.question("8080").mayOnlyBind(8081).ask().says(DENIED).because("bind-policy");
    assertThat(diagnosis.probed("0.0.0.0", "EACCES").cause("bind-policy").json().toString())
        .contains("Landlock");
    lab.question("8081").mayOnlyBind(8081).ask().says(FREE).becauseNothing();
  }

  @Test
  void aFilterOfSystemCallsDeniesEveryPort() {
    DiagnosisAssert diagnosis =
        lab.question("8080").mayNotBind().ask().says(DENIED).because("bind-policy");
    assertThat(diagnosis.probed("0.0.0.0", "EPERM").cause("bind-policy").json().toString())
        .contains("seccomp");
  }

  @Test
  void aPrivilegedPortIsNoQuestionOfPrivilegeForRoot() {
    Lab.requireRoot("a privilege is needed to be denied in spite of it");

    lab.question("80").mayOnlyBind(8081).ask().says(DENIED).because("bind-policy");
  }

  @Test
  void withoutThePrivilegeThatIsNamedFirst() {
    lab.question("80").by(NOBODY).mayOnlyBind(8081).ask().says(DENIED).because("privileged-port");
  }

  @Test
  void whoHoldsThePortIsNamedBeforeThePolicy() {
    Running server = lab.listener(8080);

    lab.question("8080")
        .mayNotBind()
        .ask()
        .says(DENIED)
        .because("listener", "bind-policy")
        .heldBy(server);
  }

  @Test
  void landlockAlsoHidesTheProcessesOutsideIt() {
    lab.listener(8080);

    lab.question("8080")
        .mayOnlyBind(8081)
        .ask()
        .says(DENIED)
        .because("hidden-holder", "bind-policy")
        .heldByNobody();
  }
}
