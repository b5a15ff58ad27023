package inuse.core.explain.remedy;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.explain.Explainer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact commands that give a port back. */
final class RemediesTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  private static List<Remedy> remedies(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build()).causes().getFirst().remedies();
  }

  private static List<Remedy.Id> ids(SnapshotBuilder snapshot) {
    return remedies(snapshot).stream().map(Remedy::id).toList();
  }

  private static SnapshotBuilder heldBy(HolderBuilder... holders) {
    return snapshot().blocked().sockets(listener()).holders(holders);
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Option(InuseCommand.Choice choice) -> choice.name();
              case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
              case Phrase.Part.Theirs(var theirs) -> "<" + theirs.bytes() + ">";
            })
        .collect(Collectors.joining());
  }

  @Test
  void aPlainProcessIsAskedToEnd() {
    assertThat(remedies(heldBy(holder(10, "server").holds(3, 100))))
        .singleElement()
        .satisfies(remedy -> {
          assertThat(remedy.id()).isEqualTo(Remedy.Id.TERMINATE);
          assertThat(Written.words(remedy)).containsExactly("inuse", "free", "8080");
          assertThat(remedy.needsRoot()).isFalse();
        });
  }

  @Test
  void aProcessThatIsStoppedIsWokenUpToObey() {
    Remedy remedy =
        remedies(
                heldBy(
                    holder(10, "a").holds(3, 100).state(ProcessState.STOPPED),
                    holder(11, "b").holds(3, 100)))
            .getFirst();

    assertThat(remedy.id()).isEqualTo(Remedy.Id.RESUME_THEN_TERMINATE);
    assertThat(Written.words(remedy)).containsExactly("inuse", "free", "8080");
  }

  @Test
  void anotherUsersProcessNeedsRoot() {
    assertThat(remedies(heldBy(holder(10, "a").holds(3, 100).owner(33, "www-data"))).getFirst())
        .extracting(Remedy::needsRoot)
        .isEqualTo(true);
    assertThat(remedies(heldBy(holder(10, "a").holds(3, 100).unknownOwner())).getFirst())
        .extracting(Remedy::needsRoot)
        .isEqualTo(true);
    assertThat(
            remedies(heldBy(holder(10, "a").holds(3, 100).owner(33, "www-data")).asRoot())
                .getFirst())
        .extracting(Remedy::needsRoot)
        .isEqualTo(false);
  }

  @Test
  void aServiceIsStoppedThroughSystemd() {
    Remedy remedy =
        remedies(heldBy(holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1)))
            .getFirst();

    assertThat(remedy.id()).isEqualTo(Remedy.Id.STOP_UNIT);
    assertThat(Written.words(remedy)).containsExactly("systemctl", "stop", "nginx.service");
    assertThat(remedy.needsRoot()).isTrue();
  }

  @Test
  void aServicesWorkersAreStoppedWithItOnce() {
    List<Remedy> remedies =
        remedies(
            heldBy(
                holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1),
                holder(11, "nginx").holds(3, 100).unit("nginx.service").below(10, 1),
                holder(12, "nginx").holds(3, 100).unit("nginx.service").below(10, 1)));

    assertThat(remedies).extracting(Remedy::id).containsExactly(Remedy.Id.STOP_UNIT);
  }

  @Test
  void whatAShellInsideAServiceStartedIsNotTheService() {
    List<Remedy> remedies =
        remedies(heldBy(holder(10, "python3").holds(3, 100).unit("ssh.service").below(9, 8, 1)));

    assertThat(remedies).extracting(Remedy::id).containsExactly(Remedy.Id.TERMINATE);
    assertThat(Written.words(remedies.getFirst())).containsExactly("inuse", "free", "8080");
  }

  @Test
  void aUsersOwnServiceIsNotTheSystemsToStop() {
    assertThat(ids(heldBy(holder(10, "web").holds(3, 100).userUnit("web.service").below(1))))
        .containsExactly(Remedy.Id.TERMINATE);
  }

  @ParameterizedTest
  @CsvSource({"DOCKER, docker", "PODMAN, podman"})
  void aContainerIsStoppedByItsEngine(Container.Engine engine, String program) {
    Remedy remedy =
        remedies(heldBy(holder(10, "node").holds(3, 100).container(engine, ID))).getFirst();

    assertThat(remedy.id()).isEqualTo(Remedy.Id.STOP_CONTAINER);
    assertThat(Written.words(remedy)).containsExactly(program, "stop", "0123456789ab");
    assertThat(remedy.needsRoot()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"CONTAINERD", "CRIO"})
  void aContainerWhoseEngineHasNoSuchCommandIsAskedLikeAnyProcess(Container.Engine engine) {
    assertThat(ids(heldBy(holder(10, "node").holds(3, 100).container(engine, ID))))
        .containsExactly(Remedy.Id.TERMINATE);
  }

  @Test
  void aServiceAndAStrangerOnOnePortAreEndedEachItsWay() {
    List<Remedy> remedies =
        remedies(
            heldBy(
                holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1),
                holder(20, "stranger").holds(3, 100)));

    assertThat(remedies)
        .extracting(Written::words)
        .containsExactly(
            List.of("systemctl", "stop", "nginx.service"), List.of("inuse", "free", "8080"));
  }

  @Test
  void timeWaitIsCuredByReuseAddressOrByTime() {
    List<Remedy> remedies =
        remedies(snapshot().freeWithReuseAddress().sockets(timeWait(41_001), timeWait(10)));

    assertThat(remedies)
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.USE_REUSEADDR, Remedy.Id.WAIT);
    assertThat(Written.words(remedies.getFirst())).isEmpty();
    assertThat(Written.words(remedies.getLast()))
        .containsExactly("inuse", "wait", "NO_REUSE_ADDRESS", "8080");
  }

  @Test
  void whatAServerLeavesIsNoMatterOfItsOwnWhileItIsThere() {
    assertThat(
            ids(
                heldBy(holder(10, "a").holds(3, 100))
                    .sockets(listener().reuseAddress(true), timeWait(1000))))
        .doesNotContain(Remedy.Id.USE_REUSEADDR, Remedy.Id.WAIT);
  }

  @Test
  void reuseAddressIsNoAdviceWhereItDoesNotHelp() {
    assertThat(ids(snapshot().blocked().sockets(timeWait(1000)))).containsExactly(Remedy.Id.WAIT);
    assertThat(ids(heldBy(holder(10, "a").holds(3, 100)))).doesNotContain(Remedy.Id.USE_REUSEADDR);
  }

  @Test
  void reuseAddressIsNeverAdviceForUdp() {
    assertThat(
            ids(
                snapshot()
                    .udp()
                    .freeWithReuseAddress()
                    .sockets(socket(SocketState.BOUND).udp().reuseAddress(true))
                    .holders(holder(10, "dns").holds(3, 100))))
        .containsExactly(Remedy.Id.TERMINATE);
  }

  @Test
  void waitingIsNoAdviceForAConnectionThatStaysOpen() {
    assertThat(
            ids(
                snapshot()
                    .freeWithReuseAddress()
                    .sockets(accepted().reuseAddress(true))
                    .holders(holder(10, "a").holds(3, 100))))
        .containsExactly(Remedy.Id.USE_REUSEADDR, Remedy.Id.TERMINATE);
  }

  @Test
  void waitingIsAdviceForAnOrphanThatTheKernelTimes() {
    Remedy remedy =
        remedies(
                snapshot()
                    .blocked()
                    .sockets(
                        socket(SocketState.FIN_WAIT2)
                            .at("10.0.0.1")
                            .noInode()
                            .expires(1)
                            .unknownOptions()))
            .getFirst();

    assertThat(Written.words(remedy)).containsExactly("inuse", "wait", "8080");
  }

  @Test
  void anOutgoingConnectionIsKeptFromComingBack() {
    List<Remedy> remedies =
        remedies(
            snapshot()
                .port(40_000)
                .blocked()
                .sockets(outgoing().port(40_000))
                .holders(holder(10, "curl").holds(5, 100)));

    assertThat(remedies)
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.TERMINATE, Remedy.Id.RESERVE_PORT);
    assertThat(remedies.getLast().needsRoot()).isTrue();
    assertThat(Written.words(remedies.getLast()))
        .containsExactly("inuse", "tune", "RESERVED_PORTS", "40000");
  }

  @Test
  void aPortThatTheKernelDoesNotChooseNeedsNoReservation() {
    HolderBuilder curl = holder(10, "curl").holds(5, 100);

    assertThat(remedies(snapshot().blocked().sockets(outgoing()).holders(curl)))
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.TERMINATE);
    assertThat(
            remedies(
                snapshot()
                    .port(40_000)
                    .blocked()
                    .sockets(outgoing().port(40_000).autoPort(false))
                    .holders(curl)))
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.TERMINATE);
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/bin/python3.11, Python:",
    "/usr/bin/python3.11 (deleted), Python:",
    "/usr/lib/jvm/bin/java, Java:",
    "/usr/bin/node, Node ",
    "/usr/sbin/nginx, nginx ",
    "/opt/server, C:"
  })
  void theLineOfCodeIsInTheLanguageOfTheHolder(String executable, String line) {
    Remedy remedy =
        remedies(
                snapshot()
                    .freeWithReuseAddress()
                    .sockets(accepted().reuseAddress(true))
                    .holders(holder(10, "main").holds(3, 100).executable(executable)))
            .getFirst();

    assertThat(text(remedy.effect())).startsWith("start your server with SO_REUSEADDR. " + line);
  }

  @Test
  void aPrivilegedPortHasTwoWaysOut() {
    assertThat(ids(snapshot().port(80).probes("EACCES")))
        .containsExactly(Remedy.Id.USE_OTHER_PORT, Remedy.Id.RUN_AS_ROOT);
  }

  @Test
  void aHiddenHolderIsSeenByRoot() {
    Remedy remedy =
        remedies(
                snapshot()
                    .udp()
                    .address("::1")
                    .blocked()
                    .sockets(socket(SocketState.BOUND).udp().at("::1")))
            .getFirst();

    assertThat(Written.words(remedy)).containsExactly("sudo", "inuse", "udp/[::1]:8080");
    assertThat(remedy.needsRoot()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "999, 1", "1000, 1", "1001, 2", "59999, 60"})
  void secondsAreRoundedUp(long millis, long seconds) {
    assertThat(Remedies.seconds(Duration.ofMillis(millis))).isEqualTo(seconds);
  }
}
