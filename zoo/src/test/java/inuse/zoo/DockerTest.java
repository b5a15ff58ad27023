package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of a real dockerd. */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class DockerTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  DockerTest(Way way) {
    super(way, DOCKER);
  }

  @Test
  void aProcessInAContainerOnTheHostsNetworkIsStoppedThroughItsContainer() {
    DOCKER.start("web", "--network=host", "--", "/bin/httpd", "-f", "-p", "8080");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(DOCKER.pid("web"));
    diagnosis.cause("listener").hasRemedy("stop-container");
    diagnosis.firstRemedyGivesItBack();
  }

  private QuestionAssert askedInside(String target) {
    return lab.question("--container", DOCKER.id("web"), target)
        .about(lab.at(DOCKER.network("web")));
  }

  @Test
  void aProcessInAContainerIsFoundFromOutside() {
    DOCKER.start("web", "--", "/bin/httpd", "-f", "-p", "80");
    Lab inside = lab.at(DOCKER.network("web"));
    inside.awaitState(80, "LISTEN");
    LabPlace kept = DOCKER.network(inside.hold("pid"));

    lab.ask("80").says(FREE).becauseNothing();
    lab.question("--container", DOCKER.id("web"), "80")
        .about(lab.at(kept))
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(DOCKER.pid("web"))
        .firstRemedyGivesItBack();
  }

  @Test
  void aContainerIsAskedAboutByItsNameAndCalledByIt() {
    DOCKER.start("web", "--", "/bin/httpd", "-f", "-p", "80");
    lab.at(DOCKER.network("web")).awaitState(80, "LISTEN");
    QuestionAssert question =
        lab.question("--container", "web", "80").about(lab.at(DOCKER.network("web")));

    question.ask().says(BLOCKED).because("listener").heldBy(DOCKER.pid("web"));
    assertThat(question.run().standardOutput())
        .startsWith("80 in the network namespace of docker container web, with httpd (pid ");
  }

  @Test
  void timeWaitInAContainerIsFoundFromOutsideAndIsGoneAfterARestart() {
    DOCKER.start("web", "--", "/bin/sleep", "1000");
    Lab inside = lab.at(DOCKER.network("web"));
    inside.hold(
        "socket s tcp4",
        "bind s 0.0.0.0 80",
        "listen s",
        "socket c tcp4",
        "connect c 127.0.0.1 80",
        "accept a s",
        "close s",
        "close a",
        "eof c",
        "close c",
        "until 80 TIME_WAIT");

    askedInside("80").ask().says(BLOCKED).because("time-wait").heldByNobody().compare();
    DOCKER.restart("web");
    askedInside("80").ask().says(FREE).becauseNothing();
  }

  @Test
  void aHolderOutsideTheContainersPidNamespaceIsSaidToBeHidden() {
    DOCKER.start("tools", "--network=host", "--", "/bin/sleep", "1000");
    lab.listener(8080);
    Lab inside = lab.at(DOCKER.inside("tools"));
    if (inside.question("8080").isOfExecutable()) { // there is no Java in a container
      inside.ask("8080").says(BLOCKED).because("hidden-holder").heldByNobody().compare();
    }
  }

  @Test
  void aPublishedPortIsHeldByItsForwardersAndGivenBackByStoppingTheContainer() {
    publish();

    DiagnosisAssert diagnosis = isThePublishedOne(lab.ask("8080"));
    diagnosis
        .cause("container-port")
        .holdersHave("command", "docker-proxy")
        .hasRemedy("stop-container");
    assertThat(container(diagnosis).get("name").getAsString()).isEqualTo("web");
    assertThat(container(diagnosis).get("id").getAsString()).isEqualTo(DOCKER.id("web"));
    assertThat(container(diagnosis).get("restart").getAsString()).isEqualTo("unless-stopped");
    DOCKER.start("sibling", "--", "/bin/sleep", "1000");
    diagnosis.firstRemedyGivesItBack();
    assertThat(DOCKER.isRunning("web")).isFalse();
    assertThat(DOCKER.isRunning("sibling")).isTrue();
  }

  /** The arguments of both forwarders have the same port. */
  @Test
  void ofTwoContainersOnOnePortTheOneAtTheAddressIsStopped() {
    DOCKER.start("inner", "--publish=127.0.0.2:8082:80", "--", "/bin/httpd", "-f", "-p", "80");
    lab.awaitState(8082, "LISTEN");
    long[] forwarders = DOCKER.pidsOf("docker-proxy");
    DOCKER.start("outer", "--publish=127.0.0.1:8082:80", "--", "/bin/httpd", "-f", "-p", "80");

    DiagnosisAssert diagnosis =
        lab.ask("127.0.0.2:8082").says(BLOCKED).because("container-port").heldBy(forwarders);

    assertThat(container(diagnosis).get("name").getAsString()).isEqualTo("inner");
    diagnosis.firstRemedyGivesItBack();
    assertThat(DOCKER.isRunning("inner")).isFalse();
    assertThat(DOCKER.isRunning("outer")).isTrue();
    lab.ask("127.0.0.1:8082").says(BLOCKED).because("container-port");
  }

  @Test
  void aContainerThatIsJustStartingIsStoppedAndNotItsForwarder() {
    Running starting =
        lab.startForeign(
            DOCKER.starting(
                "late",
                "--runtime=slow",
                "--publish=8081:80",
                "--",
                "/bin/httpd",
                "-f",
                "-p",
                "80"));
    lab.awaitState(8081, "LISTEN");
    try {
      DiagnosisAssert diagnosis =
          lab.ask("8081")
              .says(BLOCKED)
              .because("container-port")
              .heldBy(DOCKER.pidsOf("docker-proxy"));

      diagnosis.cause("container-port").hasRemedy("stop-container");
      assertThat(container(diagnosis).get("name").getAsString()).isEqualTo("late");
    } finally {
      DOCKER.run("touch", "/run/go");
    }
    starting.awaitExit();
    lab.free("8081").outcome("freed").did("stop-container done");
    DOCKER.run("rm", "/run/go");
  }

  @Test
  void aDaemonThatHangsIsNamedAndCostsItsOwnTimeAlone() {
    publish();
    DOCKER.run("sh", "-c", "kill -STOP $(pidof dockerd)");
    try {
      DiagnosisAssert diagnosis = isThePublishedOne(lab.question("8080").mayRunOutOfTime().ask());

      assertThat(diagnosis.json().get("not_looked_at").toString())
          .contains("/run/docker.sock")
          .contains("timed-out");
      diagnosis.cause("container-port").hasRemedy("stop-container");
    } finally {
      DOCKER.run("sh", "-c", "kill -CONT $(pidof dockerd)");
    }
  }

  @Test
  void aPortThatARuleForwardsIsFreeAndSaidToGetNothing() {
    DOCKER.run(
        "iptables",
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-p",
        "tcp",
        "--dport",
        "8099",
        "-j",
        "DNAT",
        "--to-destination",
        "172.17.0.9:80");

    lab.ask("8099").says(FREE).becauseNothing().notes("forwarded-without-socket");
    lab.ask("8098").says(FREE).becauseNothing().notes();
    DOCKER.run(
        "iptables",
        "-t",
        "nat",
        "-D",
        "PREROUTING",
        "-p",
        "tcp",
        "--dport",
        "8099",
        "-j",
        "DNAT",
        "--to-destination",
        "172.17.0.9:80");
  }

  private void publish() {
    DOCKER.start(
        "web",
        "--publish=8080:80",
        "--restart=unless-stopped",
        "--",
        "/bin/httpd",
        "-f",
        "-p",
        "80");
    lab.awaitState(8080, "LISTEN");
  }

  private static DiagnosisAssert isThePublishedOne(DiagnosisAssert diagnosis) {
    return diagnosis.says(BLOCKED).because("container-port").heldBy(DOCKER.pidsOf("docker-proxy"));
  }

  private static JsonObject container(DiagnosisAssert diagnosis) {
    return diagnosis.cause("container-port").holders().getFirst().getAsJsonObject("container");
  }
}
