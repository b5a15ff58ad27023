package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers are stopped by engines made of one line. */
final class ContainerEffectsTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String DOCKER = "/run/docker.sock";
  private static final Uid ALICE = new Uid(1000);
  private static final String OWN_DOCKER = "/run/user/1000/docker.sock";

  private final FakeKernel kernel = new FakeKernel();
  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private void engine(String socket, String answer) {
    engine(socket, socket.contains("/1000/") ? 1000 : 0, answer);
  }

  private void engine(String socket, long owner, String answer) {
    kernel.server(
        socket,
        owner,
        request -> {
          asked.add(request);
          return Optional.of(answer);
        });
  }

  private ContainerEffects.Outcome stop(Uid actor, Container.Engine engine, String id) {
    return new ContainerEffects(Host.of(kernel))
        .stop(Vouched.by(actor, new Container(engine, id)), Duration.ofMillis(2500));
  }

  private ContainerEffects.Outcome stop() {
    return stop(Uid.ROOT, Container.Engine.DOCKER, ID);
  }

  @Test
  void theEngineIsAskedOnceWithWholeSecondsOfGrace() {
    engine(DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.DONE);
    assertThat(asked)
        .singleElement()
        .asString()
        .startsWith("POST /containers/" + ID + "/stop?t=3 HTTP/1.1\r\n")
        .contains("\r\nContent-Length: 0\r\n");
  }

  @ParameterizedTest
  @CsvSource({"204, DONE", "304, DONE", "404, GONE", "403, DENIED", "500, FAILED"})
  void whatItAnswersCounts(int status, ContainerEffects.Outcome expected) {
    engine(DOCKER, "HTTP/1.1 " + status + " Words\r\nContent-Length: 0\r\n\r\n");

    assertThat(stop()).isEqualTo(expected);
  }

  @Test
  void podmanIsAskedAtItsOwn() {
    engine("/run/user/1000/podman/podman.sock", "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop(ALICE, Container.Engine.PODMAN, ID)).isEqualTo(ContainerEffects.Outcome.DONE);
  }

  @Test
  void withoutAnEngineNobodyCanDoIt() {
    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(stop(Uid.ROOT, Container.Engine.CRIO, ID))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
  }

  @Test
  void whatIsNoIdIsNeverSent() {
    engine(DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop(Uid.ROOT, Container.Engine.DOCKER, "../../images"))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(asked).isEmpty();
  }

  @Test
  void aSocketThatMayNotBeUsedIsDenied() {
    kernel.refuse("connect", DOCKER, Errno.EACCES);
    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.DENIED);
  }

  @Test
  void onlyTheEngineOfWhoeverVouchesForTheContainerIsAsked() {
    engine(DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");
    engine("/run/user/1000/podman/podman.sock", "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop(ALICE, Container.Engine.DOCKER, ID))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(stop(Uid.ROOT, Container.Engine.PODMAN, ID))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(asked).isEmpty();
    engine(OWN_DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(stop(ALICE, Container.Engine.DOCKER, ID)).isEqualTo(ContainerEffects.Outcome.DONE);
  }

  @Test
  void anEngineOfAnotherUserAtTheRightPlaceIsNone() {
    engine(DOCKER, 1000, "HTTP/1.1 204 No Content\r\n\r\n");
    engine(OWN_DOCKER, 0, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(stop(ALICE, Container.Engine.DOCKER, ID))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(asked).isEmpty();
  }

  @Test
  void anEngineThatDoesNotAnswerHasTheGraceAndTenSeconds() {
    kernel.server(DOCKER, request -> Optional.empty());
    long before = kernel.clockNanos(1);

    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.TIMED_OUT);
    assertThat(kernel.clockNanos(1) - before).isEqualTo(12_500_000_000L);
  }

  @Test
  void whatIsNoHttpFails() {
    engine(DOCKER, "nonsense");

    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.FAILED);
  }
}
