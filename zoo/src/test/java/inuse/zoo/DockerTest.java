package inuse.zoo;

import static inuse.zoo.Verdict.BLOCKED;
import static inuse.zoo.Verdict.FREE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of a real dockerd. */
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

    Diagnosis diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(DOCKER.pid("web"));
    diagnosis.cause("listener").hasRemedy("stop-container");
    diagnosis.firstRemedyGivesItBack();
  }

  private Question askedInside(String target) {
    return lab.question("--container", "web", target).about(lab.at(DOCKER.network("web")));
  }

  @Test
  void aProcessInAContainerIsFoundFromOutside() {
    DOCKER.start("web", "--", "/bin/httpd", "-f", "-p", "80");
    lab.at(DOCKER.network("web")).awaitState(80, "LISTEN");

    lab.ask("80").says(FREE).becauseNothing();
    askedInside("80")
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(DOCKER.pid("web"))
        .firstRemedyGivesItBack();
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
    Lab.requireProgram("docker");
    DOCKER.start("tools", "--network=host", "--", "/bin/sleep", "1000");
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
    Lab inside = lab.at(DOCKER.inside("tools"));
    if (inside.question("8080").isOfExecutable()) { // there is no Java in a container
      inside.ask("8080").says(BLOCKED).because("hidden-holder").heldByNobody().compare();
    }
  }
}
