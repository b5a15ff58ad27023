package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.Written;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Note;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From what was seen to what is said. */
final class ExplainerTest {
  private static final HolderBuilder NGINX = holder(10, "nginx").holds(6, 100);

  private static Diagnosis explain(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build());
  }

  private static List<String> ids(SnapshotBuilder snapshot) {
    return explain(snapshot).causes().stream().map(Cause::id).toList();
  }

  private static Cause only(SnapshotBuilder snapshot) {
    List<Cause> causes = explain(snapshot).causes();
    assertThat(causes).hasSize(1);
    return causes.getFirst();
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

  private static boolean agrees(SnapshotBuilder snapshot) {
    return Explainer.agrees(snapshot.build());
  }

  @Test
  void aFreePortHasNoCause() {
    Diagnosis diagnosis = explain(snapshot().probes("ok"));

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.FREE);
    assertThat(diagnosis.causes()).isEmpty();
  }

  @Test
  void aListenerIsNamedWithItsProcessAndRefusesEverybody() {
    Cause cause = only(snapshot().blocked().sockets(listener()).holders(NGINX));

    assertThat(cause.id()).isEqualTo("listener");
    assertThat(cause.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(cause.blocks())
        .containsExactly(BindMode.PLAIN, BindMode.REUSEADDR, BindMode.REUSEPORT);
    assertThat(text(cause.summary()))
        .isEqualTo("<nginx> (pid 10, <alice>) listens on 0.0.0.0:8080");
  }

  @Test
  void aListenerWithReusePortLetsTheSameUserJoin() {
    Cause cause = only(snapshot().blocked().sockets(listener().reusePort(true)).holders(NGINX));

    assertThat(cause.blocks()).containsExactly(BindMode.PLAIN, BindMode.REUSEADDR);
  }

  @Test
  void aListenerWithReusePortOfAnotherUserLetsNobodyJoin() {
    Cause cause =
        only(snapshot().blocked().sockets(listener().reusePort(true).uid(33)).holders(NGINX));

    assertThat(cause.blocks())
        .containsExactly(BindMode.PLAIN, BindMode.REUSEADDR, BindMode.REUSEPORT);
  }

  @Test
  void whoHasASocketThatAnotherUserMadeIsNamedWithThatUser() {
    SnapshotBuilder snapshot =
        snapshot()
            .blocked()
            .sockets(listener().owner(1001, "bob"))
            .holders(
                holder(10, "syslogd").holds(3, 100).owner(0, "root"),
                holder(11, "mine").holds(3, 100).owner(1001, "bob"));

    assertThat(text(only(snapshot).summary()))
        .isEqualTo(
            "<syslogd> (pid 10, <root>, with a socket of <bob>) and <mine> (pid 11, <bob>) listen"
                + " on 0.0.0.0:8080");
  }

  @Test
  void processesAlikeAreNamedOnceAndManyAreCounted() {
    HolderBuilder[] workers = new HolderBuilder[8];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = holder(20 + i, "nginx").holds(6, 100).owner(33, "www-data");
    }
    SnapshotBuilder snapshot =
        snapshot().blocked().sockets(listener().uid(0)).holders(NGINX).holders(workers);

    assertThat(text(only(snapshot).summary()))
        .isEqualTo(
            "<nginx> (pid 10, <alice>) and <nginx> (pids 20, 21, 22, 23 and 4 more, <www-data>)"
                + " listen on 0.0.0.0:8080");
  }

  @Test
  void connectionsOfTheListenersProcessesAreTheListeners() {
    Cause cause =
        only(
            snapshot()
                .blocked()
                .sockets(listener(), accepted().inode(101), accepted().inode(102))
                .holders(holder(10, "nginx").holds(6, 100).holds(7, 101).holds(8, 102)));

    assertThat(cause.id()).isEqualTo("listener");
    assertThat(cause.sockets()).hasSize(3);
    assertThat(text(cause.summary())).endsWith("listens on 0.0.0.0:8080");
    assertThat(text(cause.why())).endsWith("it also serves 2 connections");
  }

  @Test
  void connectionsThatNobodyHasAcceptedYetAreTheListeners() {
    Cause cause =
        only(snapshot().blocked().sockets(listener(), accepted().noInode()).holders(NGINX));

    assertThat(cause.id()).isEqualTo("listener");
    assertThat(text(cause.why())).endsWith("; a connection waits to be accepted");
  }

  @Test
  void aConnectionThatAnotherProcessHoldsStandsAlone() {
    SnapshotBuilder snapshot =
        snapshot()
            .blocked()
            .sockets(listener(), accepted().inode(101))
            .holders(NGINX, holder(11, "worker").holds(4, 101));

    assertThat(ids(snapshot)).containsExactly("listener", "open-connection");
    Cause connection = explain(snapshot).causes().getLast();
    assertThat(text(connection.summary()))
        .isEqualTo("<worker> (pid 11, <alice>) keeps a connection open on 10.0.0.1:8080");
    assertThat(text(connection.why())).startsWith("another process has its listener");
  }

  @Test
  void aConnectionWithoutListenerIsOpen() {
    Cause cause =
        only(
            snapshot()
                .freeWithReuseAddress()
                .sockets(accepted().reuseAddress(true))
                .holders(NGINX));

    assertThat(cause.id()).isEqualTo("open-connection");
    assertThat(cause.severity()).isEqualTo(Severity.WARNING);
    assertThat(cause.blocks()).containsExactly(BindMode.PLAIN, BindMode.REUSEPORT);
    assertThat(text(cause.why())).startsWith("its listener is gone");
  }

  @Test
  void aClientsConnectionIsOutgoing() {
    Cause cause =
        only(
            snapshot()
                .blocked()
                .sockets(outgoing().autoPort(true))
                .holders(holder(10, "curl").holds(5, 100)));

    assertThat(cause.id()).isEqualTo("outgoing-connection");
    assertThat(text(cause.summary()))
        .isEqualTo("<curl> (pid 10, <alice>) is a client of 10.0.0.9:443 from 10.0.0.1:8080");
    assertThat(text(cause.why())).startsWith("the kernel chose this port for the client");
  }

  @Test
  void aClientThatBoundItsPortIsToldSo() {
    Cause cause = only(snapshot().blocked().sockets(outgoing().autoPort(false)).holders(NGINX));

    assertThat(text(cause.why())).startsWith("the client bound this port itself");
  }

  @Test
  void anUnansweredConnectIsOutgoing() {
    Cause cause =
        only(
            snapshot()
                .blocked()
                .sockets(socket(SocketState.SYN_SENT).at("10.0.0.1").peer("10.0.0.9", 443))
                .holders(NGINX));

    assertThat(cause.id()).isEqualTo("outgoing-connection");
  }

  @Test
  void whereCountersDoNotTellAnEphemeralPortWithoutListenerIsOutgoing() {
    SocketBuilder connection = accepted().unknownInitiated();

    assertThat(ids(snapshot().blocked().ephemeral(8000, 9000).sockets(connection).holders(NGINX)))
        .containsExactly("outgoing-connection");
    assertThat(ids(snapshot().blocked().sockets(connection).holders(NGINX)))
        .containsExactly("open-connection");
    assertThat(
            ids(
                snapshot()
                    .blocked()
                    .ephemeral(8000, 9000)
                    .sockets(listener().inode(99), connection)
                    .holders(NGINX, holder(9, "server").holds(3, 99))))
        .containsExactly("listener", "open-connection");
  }

  @Test
  void aBoundSocketThatDoesNotListenIsToldSo() {
    Cause cause = only(snapshot().blocked().sockets(socket(SocketState.BOUND)).holders(NGINX));

    assertThat(cause.id()).isEqualTo("bound-not-listening");
    assertThat(text(cause.summary()))
        .isEqualTo("<nginx> (pid 10, <alice>) has bound 0.0.0.0:8080 without listening");
    assertThat(cause.severity()).isEqualTo(Severity.CRITICAL);
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketState.class,
      names = {"FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "OTHER"})
  void aConnectionThatIsClosingNamesItsState(SocketState state) {
    Cause cause = only(snapshot().blocked().sockets(socket(state).at("10.0.0.1").noInode()));

    assertThat(cause.id()).isEqualTo("closing-connection");
    assertThat(text(cause.summary()))
        .isEqualTo("a connection on 10.0.0.1:8080 is being closed (" + state + ")");
  }

  @Test
  void timeWaitTellsTheSecondsLeftRoundedUp() {
    Cause cause = only(snapshot().freeWithReuseAddress().sockets(timeWait(1), timeWait(41_001)));

    assertThat(cause.id()).isEqualTo("time-wait");
    assertThat(cause.severity()).isEqualTo(Severity.WARNING);
    assertThat(cause.blocks()).contains(BindMode.PLAIN).doesNotContain(BindMode.REUSEADDR);
    assertThat(text(cause.summary()))
        .isEqualTo("2 closed connections on 10.0.0.1:8080 are still in TIME_WAIT, 42 s left");
  }

  @Test
  void timeWaitThatRefusesReuseAddressTooIsAWarningForTimeHelps() {
    Cause cause = only(snapshot().blocked().sockets(timeWait(5000)));

    assertThat(cause.severity()).isEqualTo(Severity.WARNING);
    assertThat(cause.blocks()).contains(BindMode.PLAIN, BindMode.REUSEADDR);
    assertThat(text(cause.why())).contains("had not set SO_REUSEADDR");
  }

  @Test
  void whatAHiddenListenerAnswersForItsTimeWaitIsNotClaimed() {
    List<Cause> causes =
        explain(
                snapshot()
                    .blocked()
                    .sockets(listener().unknownOptions(), timeWait(9000))
                    .holders(NGINX))
            .causes();

    assertThat(causes).extracting(Cause::id).containsExactly("listener", "time-wait");
    assertThat(text(causes.getLast().why()))
        .contains("which cannot be seen")
        .doesNotContain("had not set");
  }

  @Test
  void whatHadNotSetTheOptionIsCalledAServerOnlyWhereItWasOne() {
    assertThat(text(only(snapshot().blocked().sockets(timeWait(9000))).why()))
        .contains("the former server had not set SO_REUSEADDR");
    assertThat(text(only(snapshot().blocked().sockets(timeWait(9000).peer("10.0.0.9", 443))).why()))
        .contains("the side that closed it had not set SO_REUSEADDR");
    assertThat(
            text(
                only(snapshot()
                        .port(40_000)
                        .blocked()
                        .sockets(timeWait(9000).port(40_000).peer("10.0.0.9", 40_001)))
                    .why()))
        .contains("the side that closed it had not set SO_REUSEADDR");
  }

  @Test
  void aClientsTimeWaitIsToldAsOneAndItsPortIsReserved() {
    Cause cause =
        only(
            snapshot()
                .port(40_000)
                .blocked()
                .sockets(timeWait(9000).port(40_000).peer("10.0.0.9", 443)));

    assertThat(text(cause.summary()))
        .isEqualTo(
            "a closed outgoing connection to 10.0.0.9:443 from 10.0.0.1:40000 is still in"
                + " TIME_WAIT, 9 s left");
    assertThat(text(cause.why())).contains("the client had not set SO_REUSEADDR");
    assertThat(cause.remedies())
        .extracting(Written::words)
        .containsExactly(
            List.of("inuse", "wait", "40000"), List.of("inuse", "tune", "RESERVED_PORTS", "40000"));
  }

  @Test
  void whoSetsTheOptionAlreadyIsNotToldTo() {
    List<Cause> causes =
        explain(
                snapshot()
                    .blocked()
                    .sockets(listener().reuseAddress(true), timeWait(9000))
                    .holders(NGINX))
            .causes();

    assertThat(causes.getLast().remedies()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketState.class,
      names = {"ESTABLISHED", "FIN_WAIT1"})
  void ofAConnectionTooNoOptionIsClaimedThatNobodySaw(SocketState state) {
    List<Cause> causes =
        explain(
                snapshot()
                    .blocked()
                    .sockets(
                        listener().unknownOptions(),
                        socket(state).peer("10.0.0.9", 50_000).inode(101).unknownOptions())
                    .holders(NGINX, holder(11, "worker").holds(3, 101)))
            .causes();

    assertThat(text(causes.getLast().why()))
        .contains("unless both set SO_REUSEADDR")
        .doesNotContain("does not have");
  }

  @Test
  void eachOfTwoServersHasItsOwnAddress() {
    SnapshotBuilder snapshot =
        snapshot()
            .blocked()
            .sockets(listener(), listener().at("::1").inode(101))
            .holders(
                holder(10, "node").holds(3, 101),
                holder(11, "python3").holds(3, 100),
                holder(12, "python3").holds(3, 100));

    assertThat(text(only(snapshot).summary()))
        .isEqualTo(
            "<node> (pid 10, <alice>) listens on [::1]:8080 and <python3> (pids 11 and 12, <alice>)"
                + " listen on 0.0.0.0:8080");
  }

  @Test
  void whoHasAllOfTheSocketsIsSaidOnce() {
    SnapshotBuilder snapshot =
        snapshot()
            .blocked()
            .sockets(listener(), listener().at("::1").inode(101))
            .holders(holder(10, "node").holds(3, 100).holds(4, 101));

    assertThat(text(only(snapshot).summary()))
        .isEqualTo("<node> (pid 10, <alice>) listens on 0.0.0.0:8080 and [::1]:8080");
  }

  @Test
  void aClientThatIsConnectedToItselfIsNotSaidToBlockNothing() {
    Diagnosis diagnosis =
        explain(
            snapshot()
                .blocked()
                .sockets(outgoing().peer("10.0.0.1", 8080))
                .holders(holder(990, "firefox").holds(5, 100))
                .client(990, "firefox"));

    assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("self-connection");
    assertThat(diagnosis.notes()).isEmpty();
  }

  private static List<String> unseen(SnapshotBuilder snapshot) {
    return explain(snapshot.gap("/proc/1/fd", Reading.Why.DENIED, "run as root")).unseen().stream()
        .map(Gap::what)
        .toList();
  }

  @Test
  void whatWasNotSeenIsToldWhereItCouldChangeTheAnswer() {
    assertThat(unseen(snapshot().blocked().sockets(listener()))).containsExactly("/proc/1/fd");
    assertThat(unseen(snapshot().blocked())).containsExactly("/proc/1/fd");
    assertThat(unseen(snapshot().sockets(listener()).holders(NGINX))).containsExactly("/proc/1/fd");
    // Root made it, and its master may have it beside the worker that is seen.
    assertThat(unseen(snapshot().blocked().sockets(listener().uid(0)).holders(NGINX)))
        .containsExactly("/proc/1/fd");
    assertThat(unseen(snapshot().blocked().sockets(listener()).holders(NGINX))).isEmpty();
    assertThat(unseen(snapshot().freeWithReuseAddress().sockets(timeWait(9000)))).isEmpty();
  }

  @Test
  void aRefusalWithoutASocketIsSomethingElsesAndNobodysBug() {
    Cause cause = only(snapshot().asRoot().blocked());

    assertThat(cause.id()).isEqualTo("unexplained");
    assertThat(text(cause.summary()))
        .isEqualTo("something refuses the bind, and no socket that can be seen is the reason");
    assertThat(text(cause.why())).contains("a filter does so: seccomp").doesNotContain("report");
    assertThat(cause.remedies()).extracting(Remedy::id).containsExactly(Remedy.Id.USE_OTHER_PORT);
  }

  @Test
  void timeWaitDoesNotHideALiveListener() {
    assertThat(
            ids(
                snapshot()
                    .blocked()
                    .sockets(timeWait(30_000), listener().reuseAddress(true))
                    .holders(NGINX)))
        .containsExactly("listener", "time-wait");
  }

  @Test
  void whatOnlyAnActionMendsComesFirst() {
    assertThat(
            ids(
                snapshot()
                    .blocked()
                    .sockets(
                        timeWait(1000),
                        accepted().inode(101).reuseAddress(true),
                        socket(SocketState.BOUND).inode(102))
                    .holders(holder(11, "a").holds(3, 101), holder(12, "b").holds(3, 102))))
        .containsExactly("bound-not-listening", "open-connection", "time-wait");
  }

  @Test
  void aUdpSocketStaysCriticalAlsoWhereReuseAddressLetsASecondOneIn() {
    Cause cause =
        only(
            snapshot()
                .udp()
                .freeWithReuseAddress()
                .sockets(socket(SocketState.BOUND).udp().reuseAddress(true))
                .holders(NGINX));

    assertThat(cause.id()).isEqualTo("udp-socket");
    assertThat(cause.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(text(cause.why())).contains("the last to bind gets every unicast datagram");
    assertThat(text(cause.summary()))
        .isEqualTo("<nginx> (pid 10, <alice>) has bound udp 0.0.0.0:8080");
  }

  @Test
  void aSocketWhoseProcessIsHiddenIsStillNamedByItsUser() {
    Cause cause =
        only(
            snapshot()
                .blocked()
                .sockets(listener().owner(33, "www-data").cgroup("/system.slice/x")));

    assertThat(cause.id()).isEqualTo("hidden-holder");
    assertThat(text(cause.summary()))
        .isEqualTo("a process of <www-data>, hidden from you, holds 0.0.0.0:8080 (LISTEN)");
    assertThat(text(cause.why())).endsWith("in control group </system.slice/x>");
  }

  @Test
  void aHiddenListenersConnectionsAreHiddenWithIt() {
    Cause cause =
        only(snapshot().blocked().sockets(listener().owner(33, "www-data"), accepted().noInode()));

    assertThat(cause.id()).isEqualTo("hidden-holder");
    assertThat(cause.sockets()).hasSize(2);
  }

  @Test
  void hiddenFromRootIsSaidDifferently() {
    Cause cause = only(snapshot().asRoot().blocked().sockets(listener().uid(33)));

    assertThat(text(cause.summary()))
        .isEqualTo(
            "a process of uid 33, which cannot be seen from here, holds 0.0.0.0:8080 (LISTEN)");
    assertThat(text(cause.why())).startsWith("no process that may be looked into has the socket");
    assertThat(cause.remedies()).isEmpty();
  }

  @Test
  void aPrivilegedPortThatIsFreeIsOnlyPrivileged() {
    Cause cause = only(snapshot().port(80).probes("EACCES"));

    assertThat(cause.id()).isEqualTo("privileged-port");
    assertThat(cause.blocks()).containsExactly(BindMode.values());
    assertThat(text(cause.summary()))
        .isEqualTo("ports below 1024 are privileged, and uid 1000 is not root");
  }

  @Test
  void aPrivilegedPortThatIsHeldNamesItsHolderFirst() {
    assertThat(
            ids(
                snapshot()
                    .port(80)
                    .probes("EACCES")
                    .sockets(listener().port(80).owner(33, "www-data"))))
        .containsExactly("hidden-holder", "privileged-port");
  }

  @ParameterizedTest
  @CsvSource({"8080, EACCES", "80, EPERM"})
  void aRefusalThatNoLimitExplainsIsAPolicys(int port, String errno) {
    Cause cause = only(snapshot().port(port).probes(errno));

    assertThat(cause.id()).isEqualTo("bind-policy");
    assertThat(cause.blocks()).containsExactly(BindMode.values());
  }

  @Test
  void whoMayBindPrivilegedPortsAndIsDeniedIsDeniedByAPolicy() {
    Newcomer root = Newcomer.plain(Uid.ROOT);

    assertThat(
            ids(
                snapshot()
                    .newcomer(root.withPrivilege(Reading.known(true)))
                    .port(80)
                    .probes("EACCES")))
        .containsExactly("bind-policy");
    assertThat(
            ids(
                snapshot()
                    .newcomer(root.withPrivilege(Reading.known(false)))
                    .port(80)
                    .probes("EACCES")))
        .containsExactly("privileged-port");
  }

  @Test
  void theLimitOfPrivilegedPortsIsTheKernels() {
    assertThat(ids(snapshot().port(8080).unprivilegedFrom(9000).probes("EACCES")))
        .containsExactly("privileged-port");
    assertThat(ids(snapshot().port(80).unknownSettings().probes("EACCES")))
        .containsExactly("privileged-port");
    assertThat(ids(snapshot().port(1024).unknownSettings().probes("EACCES")))
        .containsExactly("unexplained");
  }

  @Test
  void anAddressThatIsNotHereIsSaidSoAndSocketsInTheWayStillListed() {
    assertThat(ids(snapshot().address("10.9.9.9").probes("EADDRNOTAVAIL")))
        .containsExactly("address-not-local");
    assertThat(
            ids(
                snapshot()
                    .address("10.9.9.9")
                    .probes("EADDRNOTAVAIL")
                    .sockets(listener())
                    .holders(NGINX)))
        .containsExactly("address-not-local", "listener");
  }

  @Test
  void aRefusalWithoutAnySocketIsUnexplained() {
    Cause cause = only(snapshot().blocked());

    assertThat(cause.id()).isEqualTo("unexplained");
    assertThat(text(cause.why())).contains("0 sockets with this port were seen");
  }

  @Test
  void socketsThatDoNotOverlapExplainNothing() {
    assertThat(
            ids(
                snapshot()
                    .address("127.0.0.1")
                    .blocked()
                    .sockets(listener().at("127.0.0.2"))
                    .holders(NGINX)))
        .containsExactly("unexplained");
  }

  @Test
  void socketsThatDoNotOverlapAreLeftOutOfACause() {
    Cause cause =
        only(
            snapshot()
                .address("127.0.0.1")
                .blocked()
                .sockets(listener().at("127.0.0.2").inode(99), listener())
                .holders(NGINX, holder(9, "other").holds(3, 99)));

    assertThat(cause.sockets()).hasSize(1);
    assertThat(text(cause.summary())).startsWith("<nginx>");
  }

  @Test
  void withoutProbesCausesArePredictedFromTheTable() {
    Diagnosis diagnosis = explain(snapshot().sockets(listener()).holders(NGINX));

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("listener");
    assertThat(explain(snapshot()).causes()).isEmpty();
  }

  @Test
  void anOptionThatCannotBeReadIsToldByTheProbe() {
    SocketBuilder closing = socket(SocketState.FIN_WAIT2).at("10.0.0.1").noInode().unknownOptions();

    assertThat(only(snapshot().freeWithReuseAddress().sockets(closing)).blocks())
        .doesNotContain(BindMode.REUSEADDR);
    assertThat(only(snapshot().blocked().sockets(closing)).blocks()).contains(BindMode.REUSEADDR);
  }

  @Test
  void anOptionThatCannotBeReadIsElseThatOfTheListener() {
    Diagnosis diagnosis =
        explain(
            snapshot()
                .blocked()
                .sockets(listener().reuseAddress(true), timeWait(9000))
                .holders(NGINX));

    assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("listener", "time-wait");
    assertThat(diagnosis.causes().getLast().blocks()).doesNotContain(BindMode.REUSEADDR);
  }

  @Test
  void aServerThatAsksForReuseAddressIsOnlyToldWhatRefusesIt() {
    Newcomer newcomer = new Newcomer(new Uid(1000), true, false, false, OptionalInt.empty());

    assertThat(
            ids(
                snapshot()
                    .newcomer(newcomer)
                    .sockets(
                        listener().inode(101),
                        accepted().reuseAddress(true),
                        socket(SocketState.BOUND).inode(102).reuseAddress(true))
                    .holders(NGINX, holder(11, "a").holds(3, 101), holder(12, "b").holds(3, 102))))
        .containsExactly("listener");
  }

  @Test
  void clientsAndUdpAreNotesAndBlockNothing() {
    Diagnosis diagnosis =
        explain(
            snapshot()
                .probes("ok")
                .client(990, "firefox")
                .udpAlso(socket(SocketState.BOUND).inode(55))
                .holders(holder(12, "dns").holds(3, 55)));

    assertThat(diagnosis.notes())
        .extracting(Note::id)
        .containsExactly(Note.Id.CLIENT, Note.Id.UDP_ALSO_HELD);
    assertThat(diagnosis.notes())
        .extracting(note -> text(note.summary()))
        .containsExactly(
            "<firefox> (pid 990) is connected to this port; it blocks nothing",
            "udp 0.0.0.0:8080 is held too, by <dns> (pid 12, <alice>)");
    assertThat(diagnosis.causes()).isEmpty();
  }

  @Test
  void udpThatSomebodyHiddenHoldsIsANoteWithoutName() {
    assertThat(explain(snapshot().probes("ok").udpAlso(socket(SocketState.BOUND))).notes())
        .extracting(note -> text(note.summary()))
        .containsExactly("udp 0.0.0.0:8080 is held too");
  }

  @Test
  void everySocketInTheWayHasExactlyOneCause() {
    SocketState[] states = SocketState.values();
    SnapshotBuilder snapshot = snapshot().blocked();
    for (int i = 0; i < states.length; i++) {
      snapshot.sockets(socket(states[i]).inode(200 + i));
      if (i % 2 == 0) {
        snapshot.holders(holder(30 + i, "p").holds(3, 200 + i));
      }
    }

    assertThat(explain(snapshot).causes().stream().flatMap(cause -> cause.sockets().stream()))
        .doesNotHaveDuplicates()
        .hasSize(states.length - 1);
  }

  /** What the kernel keeps without any file: its own work, and connections nobody accepted yet. */
  private static final Set<SocketState> WITHOUT_FILE =
      EnumSet.of(
          SocketState.ESTABLISHED,
          SocketState.FIN_WAIT1,
          SocketState.FIN_WAIT2,
          SocketState.CLOSING,
          SocketState.LAST_ACK,
          SocketState.TIME_WAIT);

  @ParameterizedTest
  @EnumSource(SocketState.class)
  void everySummaryHasASubject(SocketState state) {
    SocketBuilder hidden = socket(state).at("10.0.0.1").peer("10.0.0.9", 443);
    causesHaveASubject(snapshot().blocked().sockets(hidden));
    causesHaveASubject(snapshot().blocked().sockets(hidden).holders(NGINX));
    if (WITHOUT_FILE.contains(state)) {
      causesHaveASubject(snapshot().blocked().sockets(hidden.noInode()));
    }
  }

  private static void causesHaveASubject(SnapshotBuilder snapshot) {
    for (Cause cause : explain(snapshot).causes()) {
      assertThat(text(cause.summary())).matches("[a-z<0-9].*");
      assertThat(text(cause.why())).matches("[a-z].*");
    }
  }

  @Test
  void probeAndTableAgreeWhereASocketExplainsTheRefusal() {
    assertThat(agrees(snapshot().blocked().sockets(listener()).holders(NGINX))).isTrue();
    assertThat(agrees(snapshot().freeWithReuseAddress().sockets(timeWait(1)))).isTrue();
    assertThat(agrees(snapshot().probes("ok"))).isTrue();
  }

  @Test
  void probeAndTableDisagreeWhereNoSocketExplainsTheRefusal() {
    assertThat(agrees(snapshot().blocked())).isFalse();
    assertThat(agrees(snapshot().freeWithReuseAddress())).isFalse();
    assertThat(
            agrees(snapshot().address("127.0.0.1").blocked().sockets(listener().at("127.0.0.2"))))
        .isFalse();
  }

  @Test
  void probeAndTableDisagreeWhereAFreePortHasASocketThatSurelyRefuses() {
    assertThat(agrees(snapshot().probes("ok").sockets(listener()))).isFalse();
    assertThat(agrees(snapshot().probes("ok").sockets(timeWait(1)))).isFalse();
  }

  @Test
  void aFreePortBesideSocketsThatDoNotOverlapIsNoDisagreement() {
    assertThat(
            agrees(
                snapshot().address("127.0.0.1").probes("ok").sockets(listener().at("127.0.0.2"))))
        .isTrue();
    assertThat(
            agrees(
                snapshot()
                    .address("0.0.0.0")
                    .probes("ok")
                    .sockets(listener().at("::").unknownIpv6Only())))
        .isTrue();
    assertThat(agrees(snapshot().probes("ok").sockets(socket(SocketState.SYN_RECV)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EACCES", "EADDRNOTAVAIL", "EMFILE"})
  void otherRefusalsAreNotTheTablesToExplain(String errno) {
    assertThat(agrees(snapshot().probes(errno))).isTrue();
    assertThat(agrees(snapshot().probes(errno).sockets(listener()))).isTrue();
  }

  @Test
  void whatCouldNotBeLookedAtStaysWithTheAnswer() {
    assertThat(
            explain(snapshot().probes("ok").gap("/proc/1/fd", Reading.Why.DENIED, "run as root"))
                .snapshot()
                .gaps())
        .hasSize(1);
  }

  private static String forwardNote(SnapshotBuilder snapshot) {
    return explain(snapshot).notes().stream()
        .filter(note -> note.id() == Note.Id.FORWARDED_WITHOUT_SOCKET)
        .map(note -> text(note.summary()))
        .findFirst()
        .orElse("");
  }

  @Test
  void aRuleThatLeadsToNoServerOfThisHostIsSaidToDoSo() {
    assertThat(
            forwardNote(
                snapshot()
                    .probes("ok")
                    .forwardToNothing("tcp dport 8080 redirect to :90", "0.0.0.0", 90)))
        .endsWith(
            "none of it from other hosts: <tcp dport 8080 redirect to :90>; no server is at port"
                + " 90, where it leads");
    assertThat(
            forwardNote(
                snapshot()
                    .probes("ok")
                    .forwardToNothing("tcp dport 8080 dnat to 127.0.0.1:90", "127.0.0.1", 90)))
        .endsWith("; no server is at 127.0.0.1:90, where it leads");
  }
}
