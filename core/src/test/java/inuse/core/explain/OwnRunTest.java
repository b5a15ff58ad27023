package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is in the way of a bind that a supervised program makes: perhaps that very program. */
final class OwnRunTest {
  private static final int SUPERVISOR = 500;
  private static final String NODE = "/usr/bin/node";

  /** The process that binds, started by process 40 of the run. */
  private static final HolderBuilder BINDER = node(44).below(40, SUPERVISOR, 1);

  private static HolderBuilder node(int pid) {
    return holder(pid, "node").executable(NODE).directory("/srv").arguments("node", "par.js");
  }

  private static Newcomer newcomer(Optional<HolderBuilder> binder) {
    return new Newcomer(
        new Uid(1000),
        true,
        false,
        false,
        Optional.empty(),
        Reading.unknown(Reading.Why.NOT_ASKED),
        Optional.of(
            new IntendedCommand(
                new Untrusted(NODE),
                List.of(new IntendedCommand.Argument(new Untrusted("par.js"), Optional.empty())),
                Optional.empty())),
        Optional.of(new OwnRun(new Pid(SUPERVISOR), binder.map(HolderBuilder::build))),
        false,
        false);
  }

  private static SnapshotBuilder asked() {
    return snapshot().newcomer(newcomer(Optional.of(BINDER)));
  }

  private static Cause only(SnapshotBuilder seen) {
    List<Cause> causes = Explainer.explain(seen.build()).causes();
    assertThat(causes).hasSize(1);
    return causes.getFirst();
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Theirs(var theirs) -> theirs.bytes();
              case Phrase.Part.Option other -> "";
              case Phrase.Part.Line other -> "";
            })
        .collect(Collectors.joining());
  }

  private static List<String> advice(Cause cause) {
    assertThat(cause.remedies()).extracting(Remedy::id).containsExactly(Remedy.Id.BIND_ONCE);
    return cause.remedies().stream().map(one -> text(one.effect())).toList();
  }

  @Test
  void aProgramThatBoundTheSameForIpv4IsToldHowToBindBoth() {
    Cause cause =
        only(
            asked()
                .address("::")
                .blocked()
                .sockets(listener().at("0.0.0.0").inode(7))
                .holders(node(44).below(40, SUPERVISOR, 1).holds(3, 7)));

    assertThat(cause.id()).isEqualTo("own-run");
    assertThat(text(cause.summary()))
        .isEqualTo("your program itself, node (pid 44, alice), has already bound 0.0.0.0:8080");
    assertThat(text(cause.why())).endsWith("[::] without IPV6_V6ONLY takes IPv4 too");
    assertThat(advice(cause).getFirst()).contains("ipv6only=on");
  }

  @Test
  void aProgramThatBindsTwiceIsToldSo() {
    Cause cause =
        only(
            asked()
                .address("127.0.0.1")
                .blocked()
                .sockets(listener().at("127.0.0.1").inode(7))
                .holders(node(44).below(40, SUPERVISOR, 1).holds(3, 7)));

    assertThat(text(cause.why())).endsWith("it binds the same address twice");
    assertThat(advice(cause).getFirst()).startsWith("let the program bind it once");
  }

  @Test
  void aWildcardOfItsOwnCoversTheAddress() {
    Cause cause =
        only(
            asked()
                .address("127.0.0.1")
                .blocked()
                .sockets(listener().at("0.0.0.0").inode(7))
                .holders(node(44).below(40, SUPERVISOR, 1).holds(3, 7)));

    assertThat(text(cause.why())).endsWith("a wildcard, which takes every address");
  }

  @Test
  void itsParentMayHaveThePort() {
    Cause cause =
        only(
            asked()
                .blocked()
                .sockets(listener().inode(7))
                .holders(node(40).below(SUPERVISOR, 1).holds(3, 7)));

    assertThat(text(cause.summary()))
        .startsWith("your program's parent, node (pid 40, alice), has");
    assertThat(text(cause.why())).contains("NODE_OPTIONS=--inspect");
    assertThat(advice(cause).getFirst()).startsWith("keep the option from the child");
  }

  @Test
  void aHelperOfTheRunIsNeitherAnEarlierRunNorAnotherService() {
    Cause cause =
        only(
            asked()
                .blocked()
                .sockets(listener().inode(7), socket(SocketState.BOUND).inode(8))
                .holders(
                    holder(50, "adapter").below(44, 40, SUPERVISOR, 1).holds(3, 7).holds(4, 8)));

    assertThat(text(cause.summary())).startsWith("a helper of this very run, adapter (pid 50");
    assertThat(advice(cause))
        .containsExactly("give one of the two another port, or start only one of them");
  }

  @Test
  void whereTheBinderIsGoneTheRunIsStillKnown() {
    Cause cause =
        only(
            snapshot()
                .newcomer(newcomer(Optional.empty()))
                .blocked()
                .sockets(listener().inode(7))
                .holders(node(40).below(SUPERVISOR, 1).holds(3, 7)));

    assertThat(cause.id()).isEqualTo("own-run");
  }

  @Test
  void whatIsNotBelowTheSupervisorIsAnEarlierRun() {
    Cause cause =
        only(asked().blocked().sockets(listener().inode(7)).holders(node(90).holds(3, 7)));

    assertThat(cause.id()).isEqualTo("previous-instance");
  }

  @Test
  void whatTheRunItselfHoldsForUdpIsNotTold() {
    SnapshotBuilder seen = asked().probes("ok").udpAlso(socket(SocketState.BOUND).inode(9));

    assertThat(
            Explainer.explain(seen.holders(node(44).below(40, SUPERVISOR, 1).holds(5, 9)).build())
                .notes())
        .isEmpty();
    assertThat(
            Explainer.explain(
                    asked()
                        .probes("ok")
                        .udpAlso(socket(SocketState.BOUND).inode(9))
                        .holders(node(90).holds(5, 9))
                        .build())
                .notes())
        .hasSize(1);
  }

  @Test
  void noAdviceOnAWellKnownProgramIsGivenToThatProgram() {
    SnapshotBuilder seen =
        asked()
            .port(5432)
            .blocked()
            .sockets(listener().port(5432).inode(7))
            .holders(
                holder(44, "postgres")
                    .executable("/usr/lib/postgresql/15/bin/postgres")
                    .below(40, SUPERVISOR, 1)
                    .holds(3, 7));

    assertThat(Explainer.explain(seen.build()).notes()).isEmpty();
  }

  @Test
  void eachOfSeveralServicesHasItsOwnReason() {
    Cause cause =
        only(
            asked()
                .blocked()
                .sockets(
                    listener().at("::1").inode(7), listener().at("0.0.0.0").port(8080).inode(8))
                .holders(
                    node(90).arguments("node", "other.js").holds(3, 7),
                    holder(91, "perl").executable("/usr/bin/perl").arguments("perl").holds(3, 8)));

    assertThat(text(cause.why()))
        .isEqualTo(
            "node (pid 90, alice) runs the same program, but with other arguments or another"
                + " script; perl (pid 91, alice) runs another program than the one to be started");
  }
}
