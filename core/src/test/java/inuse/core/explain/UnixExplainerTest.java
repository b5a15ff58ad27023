package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Account;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemoveFile;
import inuse.core.explain.remedy.Written;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From what was seen at a path, or of a name, to the answer. */
final class UnixExplainerTest {
  private static final UnixTarget.Path PATH = new UnixTarget.Path(new Untrusted("/run/a.sock"));
  private static final UnixTarget NAME = new UnixTarget.Abstract(new Untrusted("app"));
  private static final Account ALICE =
      new Account(new Uid(1000), Optional.of(new Untrusted("alice")));
  private static final Holder NGINX = holder(10, "nginx").holds(3, 77).build();
  private static final UnixSocket LISTENER = socket(SocketState.LISTEN);
  private static final Reading<Boolean> YES = Reading.known(true);
  private static final Reading<Boolean> NO = Reading.known(false);

  private static UnixSocket socket(SocketState state) {
    return new UnixSocket(
        UnixSocket.Type.STREAM,
        state,
        new Untrusted("/run/a.sock"),
        Optional.of(new Inode(77)),
        1077,
        Reading.known(ALICE),
        Reading.known(2L));
  }

  private static PathState.Found file(FileKind kind, Reading<Boolean> served) {
    return new PathState.Found(kind, ALICE, true, Optional.empty(), served, false);
  }

  private static List<UnixProbe> probes(String... results) {
    return java.util.stream.IntStream.range(0, results.length)
        .mapToObj(i ->
            new UnixProbe(
                i > 0,
                results[i].equals("ok")
                    ? new Probe.Result.Allowed()
                    : new Probe.Result.Refused("bind", new ErrnoName(results[i]))))
        .toList();
  }

  private static UnixSnapshot seen(
      UnixTarget target,
      Optional<PathState> file,
      List<UnixProbe> probes,
      List<UnixSocket> sockets,
      List<Holder> holders) {
    return new UnixSnapshot(
        target,
        Newcomer.plain(new Uid(1000)),
        new Moment(0),
        Reading.known(4026531840L),
        file,
        true,
        probes,
        sockets,
        0,
        holders,
        List.of(),
        2);
  }

  @Test
  void whatTheRunItselfHoldsIsNotEndedForIt() {
    UnixSnapshot plain = at(file(FileKind.SOCKET, YES), LISTENER);
    Newcomer own =
        new Newcomer(
            new Uid(1000),
            false,
            false,
            false,
            Optional.empty(),
            Reading.unknown(Reading.Why.NOT_ASKED),
            Optional.empty(),
            Optional.of(new OwnRun(new Pid(700), Optional.empty())),
            false,
            false);
    Diagnosis diagnosis =
        UnixExplainer.explain(
            new UnixSnapshot(
                PATH,
                own,
                new Moment(0),
                Reading.known(4026531840L),
                plain.file(),
                true,
                plain.probes(),
                plain.sockets(),
                0,
                plain.holders(),
                List.of(),
                2));

    assertThat(diagnosis.remedies(diagnosis.causes().getFirst()))
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.BIND_ONCE);
    assertThat(diagnosis.causes().getFirst().remedies())
        .extracting(Remedy::id)
        .doesNotContain(Remedy.Id.BIND_ONCE);
  }

  private static UnixSnapshot at(PathState file, UnixSocket... sockets) {
    boolean exists = file instanceof PathState.Found;
    return seen(
        PATH,
        Optional.of(file),
        exists ? probes("EADDRINUSE", "EADDRINUSE") : List.of(),
        List.of(sockets),
        sockets.length > 0 ? List.of(NGINX) : List.of());
  }

  private static String text(Phrase phrase) {
    StringBuilder text = new StringBuilder();
    for (Phrase.Part part : phrase.parts()) {
      text.append(
          switch (part) {
            case Phrase.Part.Ours(String ours) -> ours;
            case Phrase.Part.Option(InuseCommand.Choice choice) -> choice.name();
            case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
            case Phrase.Part.Theirs(Untrusted theirs) -> theirs.bytes();
          });
    }
    return text.toString();
  }

  private static Cause only(UnixSnapshot snapshot, Verdict verdict) {
    Diagnosis diagnosis = UnixExplainer.explain(snapshot);
    assertThat(diagnosis.verdict()).isEqualTo(verdict);
    assertThat(diagnosis.causes()).hasSize(1);
    return diagnosis.causes().getFirst();
  }

  private static List<Remedy.Id> remedies(Cause cause) {
    return cause.remedies().stream().map(Remedy::id).toList();
  }

  @Test
  void aPathWhereNothingStandsAgainstAFileIsFree() {
    Diagnosis diagnosis = UnixExplainer.explain(at(new PathState.Nothing(Optional.empty())));

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.FREE);
    assertThat(diagnosis.causes()).isEmpty();
  }

  @Test
  void aSocketFileThatRefusesEverybodyIsStale() {
    Cause cause = only(at(file(FileKind.SOCKET, NO)), Verdict.BLOCKED);

    assertThat(cause.id()).isEqualTo("stale-socket-file");
    assertThat(cause.blocks()).containsExactly(BindMode.values());
    assertThat(Written.words(cause.remedies().getFirst()))
        .containsExactly("inuse", "free", "/run/a.sock");
    assertThat(cause.remedies().getFirst().needsRoot()).isFalse();
  }

  @Test
  void aSocketFileOfWhichNothingIsKnownIsNeverCalledStale() {
    Cause cause =
        only(at(file(FileKind.SOCKET, Reading.unknown(Reading.Why.DENIED))), Verdict.BLOCKED);

    assertThat(cause.id()).isEqualTo("live-socket-file");
    assertThat(remedies(cause)).containsExactly(Remedy.Id.RUN_AS_ROOT);
  }

  @Test
  void aListenerIsStoppedAndItsFileRemovedByOneLine() {
    Cause cause = only(at(file(FileKind.SOCKET, YES), LISTENER), Verdict.BLOCKED);

    assertThat(cause.id()).isEqualTo("live-socket-file");
    assertThat(cause.holders()).containsExactly(NGINX);
    assertThat(text(cause.summary())).contains("nginx (pid 10").endsWith("listens on /run/a.sock");
    assertThat(text(cause.why())).contains("2 connections wait");
    assertThat(remedies(cause)).containsExactly(Remedy.Id.TERMINATE);
  }

  @Test
  void aServedFileWithoutASocketHereIsServedFromElsewhere() {
    Cause cause = only(at(file(FileKind.SOCKET, YES)), Verdict.BLOCKED);

    assertThat(text(cause.summary())).contains("in another network namespace");
    assertThat(remedies(cause)).doesNotContain(Remedy.Id.REMOVE_SOCKET_FILE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOCKET")
  void whatIsNoSocketIsNotToBeRemoved(FileKind kind) {
    Cause cause = only(at(file(kind, Reading.unknown(Reading.Why.NOT_ASKED))), Verdict.BLOCKED);

    assertThat(cause.id()).isEqualTo("not-a-socket");
    assertThat(remedies(cause)).containsExactly(Remedy.Id.USE_OTHER_PORT);
    assertThat(text(cause.summary())).contains(kind.words(), "alice");
  }

  @ParameterizedTest
  @CsvSource({
    "ENOENT,NOT_LOCAL,address-not-local",
    "ENOTDIR,NOT_LOCAL,address-not-local",
    "EACCES,DENIED,bind-policy",
    "EPERM,DENIED,bind-policy",
    "EROFS,DENIED,bind-policy"
  })
  void aDirectoryThatTakesNoFileIsTheCause(String errno, Verdict verdict, String id) {
    assertThat(only(at(new PathState.Nothing(Optional.of(new ErrnoName(errno)))), verdict).id())
        .isEqualTo(id);
    assertThat(only(at(new PathState.Unreachable(new ErrnoName(errno))), verdict).id())
        .isEqualTo(id);
  }

  @Test
  void whatCannotBeJudgedIsUnknown() {
    assertThat(
            UnixExplainer.explain(at(new PathState.Nothing(Optional.of(new ErrnoName("ENOSYS")))))
                .verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void anAbstractNameIsFreeByABindAlone() {
    assertThat(
            UnixExplainer.explain(seen(NAME, Optional.empty(), probes("ok"), List.of(), List.of()))
                .verdict())
        .isEqualTo(Verdict.FREE);
    Cause cause =
        only(
            seen(
                NAME,
                Optional.empty(),
                probes("EADDRINUSE", "EADDRINUSE"),
                List.of(LISTENER),
                List.of(NGINX)),
            Verdict.BLOCKED);
    assertThat(cause.id()).isEqualTo("abstract-socket");
    assertThat(text(cause.summary())).endsWith("listens on @app");
    assertThat(remedies(cause)).containsExactly(Remedy.Id.TERMINATE);
  }

  @Test
  void probeAndTableAreTakenAgainWhenTheyContradictEachOther() {
    List<UnixProbe> held = probes("EADDRINUSE", "EADDRINUSE");

    assertThat(UnixExplainer.agrees(seen(NAME, Optional.empty(), held, List.of(), List.of())))
        .isFalse();
    assertThat(
            UnixExplainer.agrees(
                seen(NAME, Optional.empty(), probes("ok"), List.of(LISTENER), List.of(NGINX))))
        .isFalse();
    assertThat(UnixExplainer.agrees(at(file(FileKind.SOCKET, YES), LISTENER))).isTrue();
    assertThat(
            UnixExplainer.agrees(
                seen(
                    PATH,
                    Optional.of(file(FileKind.SOCKET, NO)),
                    probes("ENOENT"),
                    List.of(),
                    List.of())))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp/\u001b[31m", "/tmp/\n", "/tmp/\u00c3\u00a9", "/tmp/\u00ff'"})
  void aNameThatATerminalWouldChangeIsSpelledOut(String name) {
    UnixTarget.Path path = new UnixTarget.Path(new Untrusted(name));
    UnixSnapshot seen =
        seen(
            path,
            Optional.of(file(FileKind.SOCKET, NO)),
            probes("EADDRINUSE"),
            List.of(),
            List.of());
    Remedy remedy = RemoveFile.of(seen, path, false, Phrase.of("x"));

    assertThat(Written.words(remedy)).startsWith("sh", "-c").hasSize(3);
    assertThat(Written.words(remedy).getLast()).matches("[ -~]+").contains("printf %b. '/tmp/\\0");
  }
}
