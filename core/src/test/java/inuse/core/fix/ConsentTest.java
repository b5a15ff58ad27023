package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Explainer;
import inuse.core.explain.remedy.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is covered by the consent to end the server with pid 10, of alice. */
final class ConsentTest {
  private static final long SINCE = 20_000;
  private static final Victim SERVER = victim(holder(10, "server"));
  private static final Consent CONSENT = to(new Step.EndProcesses(List.of(SERVER)));

  private static Consent to(Step... steps) {
    return Consent.to(new Plan.Steps(List.of(steps)), SINCE);
  }

  /** As the planner makes one of a holder. */
  private static Victim victim(HolderBuilder who) {
    Plan plan =
        Planner.plan(
            Explainer.explain(
                snapshot()
                    .blocked()
                    .sockets(listener().inode(7).uid(0))
                    .holders(who.holds(3, 7))
                    .asRoot()
                    .build()),
            Selves.ROOT,
            FreeOptions.DEFAULT);
    Step step = ((Plan.Steps) plan).steps().getFirst();
    return ((Step.EndProcesses) step).victims().getFirst();
  }

  private static boolean covers(Consent consent, Step... later) {
    return consent.covers(new Plan.Steps(List.of(later)));
  }

  /** Both what is asked before a round, and what is asked before a signal. */
  private static boolean covers(Victim later) {
    boolean agreed = CONSENT.agreed(later).isPresent();
    assertThat(covers(CONSENT, new Step.EndProcesses(List.of(later)))).isEqualTo(agreed);
    return agreed;
  }

  /** A child that was forked when the signal came. */
  private static HolderBuilder child() {
    return holder(11, "server").startedAtTick(SINCE);
  }

  @Test
  void whoWasNamedIsCoveredWhateverItCallsItselfNow() {
    assertThat(covers(victim(holder(10, "another")))).isTrue();
    assertThat(CONSENT.agreed(SERVER).orElseThrow().victim()).isEqualTo(SERVER);
  }

  @Test
  void anotherProcessOfThatPidIsNotCovered() {
    assertThat(covers(victim(holder(10, "server").startedAtTick(SINCE).group(1, 1)))).isFalse();
  }

  @Test
  void norIsOneThatGotItsPidWithinATickAndHasAnotherSocket() {
    Victim same =
        new Victim(
            SERVER.identity(),
            SERVER.command(),
            List.of(new Victim.Claim(3, new Inode(8), 8)),
            false,
            Optional.empty(),
            Optional.empty());

    assertThat(covers(same)).isFalse();
  }

  @Test
  void theSameSocketByAnotherDescriptorIsTheSameClaim() {
    Victim moved =
        new Victim(
            SERVER.identity(),
            SERVER.command(),
            List.of(new Victim.Claim(9, new Inode(7), SERVER.claims().getFirst().cookie())),
            false,
            Optional.empty(),
            Optional.empty());

    assertThat(covers(moved)).isTrue();
  }

  @Test
  void beforeAnythingWasDoneNobodyCanHaveBeenLeftBehind() {
    Consent before = Consent.to(CONSENT.plan());

    assertThat(before.agreed(SERVER)).isPresent();
    assertThat(before.agreed(victim(child()))).isEmpty();
  }

  @Test
  void whoWasForkedSinceByOneIsCovered() {
    assertThat(covers(victim(child()))).isTrue();
    assertThat(covers(victim(child().startedAtTick(SINCE + 1).below(1)))).isTrue();
  }

  /** Whoever can be given a socket without being a child. */
  private static Stream<HolderBuilder> strangers() {
    return Stream.of(
        child().startedAtTick(SINCE - 1),
        child().owner(0, "root"),
        child().owner(1001, "bob"),
        child().unknownOwner(),
        child().group(690, 696),
        child().group(691, 695),
        child().group(11, 11),
        child().executed(),
        child().unseenLineage());
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void whoMayHaveBeenGivenTheSocketIsNotCovered(HolderBuilder stranger) {
    assertThat(covers(victim(stranger))).isFalse();
  }

  @Test
  void ofAProcessWhoseLineageIsNotKnownNobodyIsAChild() {
    Victim unknown = victim(holder(10, "server").unseenLineage());

    assertThat(to(new Step.EndProcesses(List.of(unknown))).agreed(victim(child().unseenLineage())))
        .isEmpty();
  }

  @Test
  void oneStrangerAmongChildrenIsEnoughNotToCoverThePlan() {
    Step all = new Step.EndProcesses(List.of(victim(child()), victim(child().owner(0, "root"))));

    assertThat(covers(CONSENT, all)).isFalse();
  }

  @Test
  void timeIsAlwaysCovered() {
    assertThat(covers(CONSENT, new Step.Wait(Optional.of(Duration.ofMinutes(1))))).isTrue();
  }

  private static Remedy stop(String unit) {
    return new Remedy(
        Remedy.Id.STOP_UNIT, List.of("systemctl", "stop", unit), false, Phrase.of("stops it"));
  }

  private static Step container(String id) {
    return new Step.StopContainer(
        Vouched.by(Uid.ROOT, new Container(Container.Engine.DOCKER, id)), stop("a"));
  }

  private static Step file(String path) {
    return new Step.RemoveFile(new UnixTarget.Path(new Untrusted(path)));
  }

  @Test
  void aUnitAContainerAndAFileAreCoveredWhereThatVeryOneWasNamed() {
    Consent consent = to(new Step.Command(stop("a")), container("1234567890ab"), file("/a.sock"));

    assertThat(covers(consent, new Step.Command(stop("a")))).isTrue();
    assertThat(covers(consent, new Step.Command(stop("b")))).isFalse();
    assertThat(covers(consent, container("1234567890ab"))).isTrue();
    assertThat(covers(consent, container("ba0987654321"))).isFalse();
    assertThat(covers(consent, file("/a.sock"))).isTrue();
    assertThat(covers(consent, file("/b.sock"))).isFalse();
    assertThat(covers(CONSENT, new Step.Command(stop("a")))).isFalse();
    assertThat(covers(CONSENT, container("1234567890ab"))).isFalse();
    assertThat(covers(CONSENT, file("/a.sock"))).isFalse();
  }

  @Test
  void aConnectionThatAProcessHasIsCoveredWhereItWasNamed() {
    Step named = new Step.DestroySockets(List.of(accepted().inode(70).build()));
    Step another = new Step.DestroySockets(List.of(accepted().inode(71).build()));

    assertThat(covers(to(named), named)).isTrue();
    assertThat(covers(to(named), another)).isFalse();
    assertThat(covers(CONSENT, named)).isFalse();
  }

  @Test
  void whatNoProcessHasAnyMoreIsTheRestOfAConnection() {
    assertThat(covers(CONSENT, new Step.DestroySockets(List.of(timeWait(9).noInode().build()))))
        .isTrue();
  }
}
