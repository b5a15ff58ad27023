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
  private static final String OWN_DOCKER = "/run/user/1000/docker.sock";

  private final FakeKernel kernel = new FakeKernel();
  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private void engine(String socket, String answer) {
    kernel.server(
        socket,
        request -> {
          asked.add(request);
          return Optional.of(answer);
        });
  }

  private ContainerEffects.Outcome stop(Container.Engine engine, String id) {
    return new ContainerEffects(Host.of(kernel), new Uid(1000))
        .stop(new Container(engine, id), Duration.ofMillis(2500));
  }

  private ContainerEffects.Outcome stop() {
    return stop(Container.Engine.DOCKER, ID);
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

    assertThat(stop(Container.Engine.PODMAN, ID)).isEqualTo(ContainerEffects.Outcome.DONE);
  }

  @Test
  void withoutAnEngineNobodyCanDoIt() {
    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(stop(Container.Engine.CRIO, ID)).isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
  }

  @Test
  void whatIsNoIdIsNeverSent() {
    engine(DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop(Container.Engine.DOCKER, "../../images"))
        .isEqualTo(ContainerEffects.Outcome.UNAVAILABLE);
    assertThat(asked).isEmpty();
  }

  @Test
  void aSocketThatMayNotBeUsedIsDeniedAlsoWhereAnotherEngineDoesNotKnowIt() {
    kernel.refuse("connect", DOCKER, Errno.EACCES);
    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.DENIED);

    engine(OWN_DOCKER, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.DENIED);
  }

  @Test
  void theEngineThatKnowsItStopsIt() {
    engine(DOCKER, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    engine(OWN_DOCKER, "HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(stop()).isEqualTo(ContainerEffects.Outcome.DONE);
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
