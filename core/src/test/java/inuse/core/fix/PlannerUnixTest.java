package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Account;
import inuse.core.evidence.Caller;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.UnixExplainer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned for unix sockets. */
final class PlannerUnixTest {
  private static final UnixTarget PATH = new UnixTarget.Path(new Untrusted("/run/a.sock"));
  private static final Account ALICE = new Account(new Uid(1000), Optional.empty());
  private static final Holder APP = holder(10, "app").holds(3, 77).build();

  private static String plan(UnixTarget target, Optional<PathState> file, Holder... holders) {
    return plan(Selves.ALICE, target, file, holders);
  }

  private static String plan(
      Caller caller, UnixTarget target, Optional<PathState> file, Holder... holders) {
    return plan(caller, FreeOptions.DEFAULT, target, file, holders);
  }

  private static String plan(
      Caller caller,
      FreeOptions options,
      UnixTarget target,
      Optional<PathState> file,
      Holder... holders) {
    boolean held = file.isEmpty() || holders.length > 0;
    UnixSocket socket =
        new UnixSocket(
            UnixSocket.Type.STREAM,
            SocketState.LISTEN,
            target.word(),
            Optional.of(new Inode(77)),
            1077,
            Reading.known(ALICE),
            Reading.known(0L));
    Probe.Result refused = new Probe.Result.Refused("bind", ErrnoName.EADDRINUSE);
    UnixSnapshot seen =
        new UnixSnapshot(
            target,
            Newcomer.plain(new Uid(1000)),
            new Moment(0),
            Reading.known(1L),
            file,
            true,
            List.of(new UnixProbe(false, refused), new UnixProbe(true, refused)),
            held ? List.of(socket) : List.of(),
            0,
            List.of(holders),
            List.of(),
            1);
    return Told.plan(Planner.plan(UnixExplainer.explain(seen), caller, options));
  }

  private static Optional<PathState> file(FileKind kind, boolean removable, boolean served) {
    return Optional.of(
        new PathState.Found(
            kind, ALICE, removable, Optional.empty(), Reading.known(served), false));
  }

  @Test
  void aFileThatNobodyServesIsRemoved() {
    assertThat(plan(PATH, file(FileKind.SOCKET, true, false))).isEqualTo("remove /run/a.sock");
  }

  @Test
  void onlyMineIsNoFileAndNoSocketOfAnotherUser() {
    Optional<PathState> stale = file(FileKind.SOCKET, true, false);
    Optional<PathState> live = file(FileKind.SOCKET, true, true);

    assertThat(plan(Selves.ALICE, Allow.onlyMine(), PATH, stale)).startsWith("remove ");
    assertThat(plan(Selves.ROOT, Allow.onlyMine(), PATH, stale)).startsWith("refused: ");
    assertThat(plan(Selves.ROOT, FreeOptions.DEFAULT, PATH, stale)).startsWith("remove ");
    assertThat(plan(Selves.ALICE, Allow.onlyMine(), PATH, live)).startsWith("denied");
    assertThat(plan(Selves.of(33), Allow.onlyMine(), NAME, Optional.empty()))
        .startsWith("refused: ");
    assertThat(plan(Selves.of(33), FreeOptions.DEFAULT, NAME, Optional.empty()))
        .startsWith("denied");
  }

  private static final UnixTarget NAME = new UnixTarget.Abstract(new Untrusted("app"));

  @Test
  void aFileInADirectoryOfOthersIsDenied() {
    assertThat(plan(PATH, file(FileKind.SOCKET, false, false)))
        .startsWith("denied, root may: ")
        .contains("you cannot remove it from its directory");
  }

  @Test
  void whoServesAFileIsEndedAndTheFileIsRemovedWhereItIsLeftBehind() {
    assertThat(plan(PATH, file(FileKind.SOCKET, true, true), APP))
        .isEqualTo("end 10 3:77:1077; remove /run/a.sock");
  }

  @Test
  void whoIsReachedThroughAnotherUsersLinkIsEndedOnlyByWhoWasAsked() {
    Optional<PathState> astray =
        Optional.of(
            new PathState.Found(
                FileKind.SOCKET, ALICE, false, Optional.empty(), Reading.known(true), true));

    assertThat(plan(Selves.ROOT, FreeOptions.DEFAULT, PATH, astray, APP))
        .startsWith("refused: ")
        .contains("another user's link in the path leads to it");
    assertThat(plan(Selves.ROOT, Allow.socketsOfOthers(), PATH, astray, APP))
        .isEqualTo("end 10 3:77:1077");
  }

  @Test
  void aServersFileThatMayNotBeRemovedIsLeftToItsServer() {
    assertThat(plan(PATH, file(FileKind.SOCKET, false, true), APP)).isEqualTo("end 10 3:77:1077");
  }

  @Test
  void aFileThatIsServedByNobodyWeSeeIsDenied() {
    assertThat(plan(PATH, file(FileKind.SOCKET, true, true))).startsWith("denied, root may: ");
  }

  @ParameterizedTest
  @EnumSource(
      value = FileKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SOCKET", "LINK"})
  void whatIsNoSocketIsNeverRemoved(FileKind kind) {
    assertThat(plan(PATH, file(kind, true, false))).startsWith("refused: ").endsWith("| ");
  }

  @Test
  void whoHoldsASocketThatAnotherUserMadeIsNotEndedUnasked() {
    Holder daemon = holder(10, "daemon").owner(0, "root").holds(3, 77).build();

    assertThat(plan(Selves.ROOT, PATH, file(FileKind.SOCKET, true, true), daemon))
        .startsWith("refused: daemon (pid 10, root, with a socket of uid 1000) is left running: ");
  }

  @Test
  void theHolderOfAnAbstractNameIsEnded() {
    UnixTarget name = new UnixTarget.Abstract(new Untrusted("app"));

    assertThat(plan(name, Optional.empty(), APP)).isEqualTo("end 10 3:77:1077");
    assertThat(plan(name, Optional.empty())).startsWith("denied, root may: ");
  }
}
