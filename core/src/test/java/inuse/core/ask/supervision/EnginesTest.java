package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Containers of which a control group tells, and engines that confirm it, deny it or never stop.
 */
final class EnginesTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String GROUP = "/system.slice/docker-" + ID + ".scope";
  private static final String SPOOF =
      "/user.slice/user-1000.slice/user@1000.service/docker-" + ID + ".scope";
  private static final String DOCKER = "/run/docker.sock";
  private static final String ALICES = "/run/user/1000/docker.sock";
  private static final Speaker ALICE = Speaker.of(new Uid(1000));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted = new Planted(kernel);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static String http(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** An engine whose container has that first process. */
  private void engine(String socket, long uid, int pid) {
    kernel.server(
        socket,
        uid,
        asked ->
            Optional.of(
                http(
                    "{\"Id\":\"%s\",\"Name\":\"/web\",\"State\":{\"Pid\":%d}}"
                        .formatted(ID, pid))));
  }

  private void silent(String socket, long uid) {
    kernel.server(socket, uid, asked -> Optional.of("HTTP/1.1 404 Not Found\r\n\r\n"));
  }

  private Statement<Container> confirmed(Speaker speaker, String group) {
    return confirmed(new Engines(Host.of(kernel)), ID, speaker, group);
  }

  private static Statement<Container> confirmed(
      Engines engines, String id, Speaker speaker, String group) {
    Holder holder =
        HolderBuilder.holder(900, "app")
            .cgroup(group)
            .container(new Statement<>(new Container(Container.Engine.DOCKER, id), speaker))
            .build();
    return engines.confirmed(holder).container().orElseThrow();
  }

  @Test
  void theEngineConfirmsAContainerWhoseOwnProcessIsInTheVeryGroup() {
    engine(DOCKER, 0, 50);
    planted.in(50, GROUP);

    Statement<Container> said = confirmed(Speaker.ROOT, GROUP + "/below");

    assertThat(said.speaker()).isEqualTo(Speaker.ROOT);
    assertThat(said.content().shortName()).isEqualTo("web");
  }

  @Test
  void whatItsEngineDeniesIsNobodysWord() {
    engine(DOCKER, 0, 50);
    planted.in(50, "/system.slice/other/docker-" + ID + ".scope");
    assertThat(confirmed(Speaker.ROOT, GROUP).speaker()).isEqualTo(Speaker.ANYBODY);

    engine(DOCKER, 0, 0);
    assertThat(confirmed(Speaker.ROOT, GROUP).speaker()).isEqualTo(Speaker.ANYBODY);

    silent(DOCKER, 0);
    assertThat(confirmed(Speaker.ROOT, GROUP).speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void rootsEngineKnowsBetterWhereNobodyIsKnownToHaveNamedTheGroup() {
    engine(DOCKER, 0, 50);
    planted.in(50, GROUP);

    assertThat(confirmed(Speaker.ANYBODY, GROUP).speaker()).isEqualTo(Speaker.ROOT);
    assertThat(confirmed(Speaker.ANYBODY, SPOOF).speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void rootsEngineIsNotAskedAboutWhatAnotherUserNames() {
    engine(DOCKER, 0, 50);
    planted.in(50, SPOOF);

    Statement<Container> said = confirmed(ALICE, SPOOF);

    assertThat(said.speaker()).isEqualTo(Speaker.ANYBODY);
    assertThat(said.content().details()).isEmpty();
  }

  @Test
  void anotherUsersContainerIsThatUsersWordWhereItsEngineConfirmsIt() {
    engine(ALICES, 1000, 50);
    planted.in(50, SPOOF);
    assertThat(confirmed(ALICE, SPOOF).speaker()).isEqualTo(ALICE);

    engine(ALICES, 0, 50);
    assertThat(confirmed(ALICE, SPOOF).speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void withoutAnEngineRootsGroupAndOurOwnAreBelieved() {
    assertThat(confirmed(Speaker.ROOT, GROUP).speaker()).isEqualTo(Speaker.ROOT);
    assertThat(confirmed(ALICE, SPOOF).speaker()).isEqualTo(Speaker.ANYBODY);
    kernel.user(1000);
    assertThat(confirmed(ALICE, SPOOF).speaker()).isEqualTo(ALICE);
  }

  private Reading.Why gap(String body) {
    kernel.server(DOCKER, asked -> Optional.of(http(body)));
    Engines engines = new Engines(Host.of(kernel));
    assertThat(confirmed(engines, ID, Speaker.ROOT, GROUP).content().details()).isEmpty();
    return engines.gaps().getFirst().why();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{},", "1,", "[],", "\"\","})
  void moreValuesThanAnyEngineHasAreAGap(String one) {
    assertThat(gap("[" + one.repeat(210_000) + "0]")).isEqualTo(Reading.Why.UNREADABLE);
  }

  @Test
  void headersWithoutEndAreAGap() {
    kernel.server(
        DOCKER, asked -> Optional.of("HTTP/1.1 200 OK\r\n" + "a:b\r\n".repeat(100_000) + "\r\n{}"));
    Engines engines = new Engines(Host.of(kernel));
    var _ = confirmed(engines, ID, Speaker.ROOT, GROUP);

    assertThat(engines.gaps()).extracting(Gap::why).containsExactly(Reading.Why.UNREADABLE);
  }

  @Test
  void anEngineThatIsAskedTooOftenIsAskedNoMore() {
    engine(DOCKER, 0, 0);
    Engines engines = new Engines(Host.of(kernel));
    for (int i = 0; i < 200; i++) {
      var _ = confirmed(engines, "%064x".formatted(i), Speaker.ROOT, GROUP);
    }

    assertThat(engines.gaps()).extracting(Gap::why).containsExactly(Reading.Why.TOO_MANY);
  }

  @Test
  void anEngineThatTakesAllItsTimeEachTimeIsAskedNoMore() {
    int[] requests = {0};
    kernel.server(
        DOCKER,
        asked -> {
          requests[0]++;
          kernel.advance(250_000_000);
          return Optional.of(http("{\"Id\":\"" + ID + "\"}"));
        });
    Engines engines = new Engines(Host.of(kernel));
    for (int i = 0; i < 200; i++) {
      var _ = confirmed(engines, "%064x".formatted(i), Speaker.ROOT, GROUP);
    }

    assertThat(requests[0]).isEqualTo(4);
    assertThat(engines.gaps()).extracting(Gap::why).containsExactly(Reading.Why.TIMED_OUT);
  }

  @Test
  void anEngineThatFailedIsLeftAloneForAWhileAndThenAskedAgain() {
    kernel.server(DOCKER, asked -> Optional.empty());
    Engines engines = new Engines(Host.of(kernel));
    var _ = confirmed(engines, ID, Speaker.ROOT, GROUP);
    engine(DOCKER, 0, 50);
    planted.in(50, GROUP);

    engines.begin();
    assertThat(confirmed(engines, ID, Speaker.ROOT, GROUP).content().details()).isEmpty();
    assertThat(engines.gaps()).extracting(Gap::why).containsExactly(Reading.Why.TIMED_OUT);
    kernel.advance(31_000_000_000L);
    engines.begin();
    assertThat(confirmed(engines, ID, Speaker.ROOT, GROUP).content().details()).isPresent();
    assertThat(engines.gaps()).isEmpty();
  }

  @Test
  void aTextThatIsTooLongIsNotKept() {
    String image = "i".repeat(100_000);
    kernel.server(
        DOCKER,
        asked ->
            Optional.of(
                http("{\"Id\":\"%s\",\"Config\":{\"Image\":\"%s\"}}".formatted(ID, image))));
    Container container =
        new Engines(Host.of(kernel))
            .detailed(Statement.ofRoot(new Container(Container.Engine.DOCKER, ID)));

    assertThat(container.details().orElseThrow().image()).isEmpty();
  }
}
