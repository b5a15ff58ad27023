package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.NOT_LOCAL;
import static inuse.zoo.VerdictAssert.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Paths and abstract names of unix sockets, and what gives them back. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class UnixSocketTest extends Scenarios {
  @TempDir private Path directory;
  private String path = "";

  UnixSocketTest(Way way) {
    super(way);
  }

  @BeforeEach
  void anyUserMayEnter() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    path = directory.resolve("a.sock").toString();
  }

  private String canBind() {
    return lab.tryBindUnix(List.of(), List.of(path));
  }

  private void leaveAStaleFile() {
    lab.holdUnix("socket s stream", "bind s " + path, "listen s 5", "kill");
  }

  /** Carries a remedy's command out: one of inuse's own without being asked, others as they are. */
  private void carryOut(CauseAssert cause, int number) {
    List<String> command = new ArrayList<>();
    for (JsonElement word :
        CauseAssert.elements(cause.json(), "remedies").get(number).getAsJsonArray("command")) {
      command.add(word.getAsString());
    }
    if (command.getFirst().equals("inuse")) {
      assertThat(command.subList(0, 2)).containsExactly("inuse", "free");
      lab.free(command.getLast()).outcome("freed");
      return;
    }
    Output done = Output.of(command);
    assertThat(done.exitCode()).as("%s", done).isZero();
  }

  private static void awaitEnd(Running process) {
    process.close();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aFileThatAKilledServerLeftIsStaleAndItsRemovalGivesThePathBack() {
    leaveAStaleFile();

    DiagnosisAssert diagnosis =
        lab.ask(path).says(BLOCKED).because("stale-socket-file").heldByNobody();

    CauseAssert cause = diagnosis.cause("stale-socket-file").severity("critical");
    cause.blocks("plain", "reuseaddr", "reuseport").hasRemedy("remove-socket-file");
    assertThat(Files.exists(Path.of(path))).as("asking removes nothing").isTrue();
    carryOut(cause, 0);
    assertThat(canBind()).isEqualTo("ok");
  }

  /** As /var/run is a link of root to /run. */
  @Test
  void aLinkOfOurOwnInThePathIsFollowed() throws IOException {
    leaveAStaleFile();
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("."));

    lab.free(link.resolve("a.sock").toString()).outcome("freed").did("remove-socket-file done");
    assertThat(canBind()).isEqualTo("ok");
  }

  @Test
  void aStrangersLinkInThePathIsFollowedOnlyToADirectoryOfHis() throws IOException {
    Lab.requireRoot("links of another user are needed");
    leaveAStaleFile();
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("."));
    lab.run("chown", "--no-dereference", "nobody", link.toString());

    lab.free(link.resolve("a.sock").toString()).outcome("still-held");
    assertThat(Files.exists(Path.of(path))).isTrue();

    lab.run("chown", "nobody", directory.toString());
    lab.free(link.resolve("a.sock").toString()).outcome("freed");
  }

  @Test
  void whoIsReachedThroughAStrangersLinkIsNotEndedUnasked() throws IOException {
    Lab.requireRoot("links of another user are needed");
    Running live = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("."));
    lab.run("chown", "--no-dereference", "nobody", link.toString());

    lab.free(link.resolve("a.sock").toString())
        .outcome("refused")
        .says("another user's link in the path leads to it");

    assertThat(live.isAlive()).isTrue();
    lab.free(path).outcome("freed");
  }

  /** A stranger who owns the directory swaps it for a link to another one, again and again. */
  @Test
  void aDirectoryThatIsSwappedAllTheTimeMovesNothingElsewhere() throws IOException {
    Lab.requireRoot("a directory of another user is needed");
    Path other = Files.createDirectory(directory.resolve("other"));
    Running live =
        lab.holdUnix("socket s stream", "bind s " + other.resolve("a.sock"), "listen s 5");
    path = directory.resolve("x/a.sock").toString();
    lab.run("chown", "nobody", directory.toString());
    Running swapper =
        lab.startOwn(
            Lab.requireProgram("setpriv"),
            "--reuid=" + NOBODY,
            "--clear-groups",
            Programs.python(),
            "-c",
            """
            import os, select, socket, sys
            os.chdir(sys.argv[1])
            os.mkdir("x"); os.symlink("other", "link")
            print("ready", flush=True)
            while not select.select([0], [], [], 0)[0]:
                if not os.path.exists("x/a.sock"):
                    socket.socket(socket.AF_UNIX).bind("x/a.sock")
                os.rename("x", "y"); os.rename("link", "x")
                os.rename("x", "link"); os.rename("y", "x")
            """,
            directory.toString());
    swapper.awaitReady();

    for (int i = 0; i < 30; i++) {
      lab.runThrough("free", "--yes", "--settle=0", path);
    }

    swapper.close();
    assertThat(live.isAlive()).isTrue();
    assertThat(other.toFile().list()).containsExactly("a.sock");
  }

  @Test
  void aStaleFileWithAHostileNameIsRemovedByItsVeryBytes() {
    path = directory + "/a \u001b[31m'\"$(id)`\n\t";
    leaveAStaleFile();
    String neighbour = directory + "/a";
    lab.holdUnix("socket s stream", "bind s " + neighbour, "kill");

    CauseAssert cause = lab.ask(path).says(BLOCKED).cause("stale-socket-file");

    carryOut(cause, 0);
    assertThat(Files.exists(Path.of(neighbour))).isTrue();
    lab.ask(path).says(FREE).becauseNothing();
  }

  @Test
  void aLiveListenerIsNamedAndItsEndAndTheRemovalGiveThePathBack() {
    Running server = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");

    DiagnosisAssert diagnosis =
        lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(server);

    CauseAssert cause = diagnosis.cause("live-socket-file");
    cause.socketsHave("protocol", "unix").socketsHave("state", "LISTEN");
    cause.socketsHave("local", path).hasRemedy("terminate").hasRemedy("remove-socket-file");
    carryOut(cause, 0);
    awaitEnd(server);
    assertThat(canBind()).isEqualTo("ok");
  }

  @Test
  void aSocketThatIsBoundAndDoesNotListenIsAliveThoughItRefusesConnections() {
    Running server = lab.holdUnix("socket s stream", "bind s " + path);

    lab.ask(path)
        .says(BLOCKED)
        .because("live-socket-file")
        .heldBy(server)
        .cause("live-socket-file")
        .socketsHave("state", "BOUND");
  }

  @Test
  void aListenerWithAFullBacklogIsAlive() {
    Running server =
        lab.holdUnix("socket s stream", "bind s " + path, "listen s 1", "fill s " + path);

    lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(server);
  }

  @Test
  void aDatagramSocketIsAlive() {
    Running server = lab.holdUnix("socket s dgram", "bind s " + path);

    lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(server);
  }

  @Test
  void aSeqpacketListenerIsAlive() {
    Running server = lab.holdUnix("socket s seqpacket", "bind s " + path, "listen s 5");

    lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(server);
  }

  @Test
  void aSocketThatBoundThePathAndThenConnectedIsAlive() {
    String other = directory.resolve("other").toString();
    lab.holdUnix("socket s stream", "bind s " + other, "listen s 5");
    Running client = lab.holdUnix("socket c stream", "bind c " + path, "connect c " + other);

    lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(client);
  }

  @Test
  void aConnectionThatOutlivesItsListenerDoesNotMakeTheFileLive() {
    lab.holdUnix(
        "socket s stream",
        "bind s " + path,
        "listen s 5",
        "socket c stream",
        "connect c " + path,
        "accept a s",
        "close s");

    DiagnosisAssert diagnosis = lab.ask(path).says(BLOCKED).because("stale-socket-file");

    carryOut(diagnosis.cause("stale-socket-file"), 0);
    assertThat(canBind()).isEqualTo("ok");
  }

  @Test
  void aRenamedSocketIsFoundByItsFile() throws IOException {
    String before = directory.resolve("before").toString();
    Running server = lab.holdUnix("socket s stream", "bind s " + before, "listen s 5");
    Files.move(Path.of(before), Path.of(path));

    lab.ask(path)
        .says(BLOCKED)
        .because("live-socket-file")
        .heldBy(server)
        .cause("live-socket-file")
        .socketsHave("local", before);
    lab.ask(before).says(FREE).becauseNothing();
  }

  @Test
  void aNewFileAtTheOldNameOfALiveSocketIsStaleAllTheSame() throws IOException {
    lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");
    Files.move(Path.of(path), directory.resolve("moved"));
    leaveAStaleFile();

    lab.ask(path).says(BLOCKED).because("stale-socket-file").heldByNobody();
  }

  @Test
  void everyProcessThatInheritedTheSocketIsNamed() {
    Running server = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5", "fork");
    long child = server.awaitFork();

    lab.ask(path).says(BLOCKED).because("live-socket-file").heldBy(server.pid(), child);
  }

  @Test
  void aServerInAnotherNetworkNamespaceIsAliveThoughNoTableShowsIt() {
    lab.holdUnix("netns", "socket s stream", "bind s " + path, "listen s 5");

    CauseAssert cause =
        lab.ask(path).says(BLOCKED).because("live-socket-file").cause("live-socket-file");

    cause.hasNoRemedy("remove-socket-file");
    assertThat(cause.json().get("summary").getAsString()).contains("another network namespace");
  }

  @Test
  void regularFilesDirectoriesAndLinksAreNotSockets() throws IOException {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.resolve("nowhere"));
    for (Path file :
        List.of(
            Files.createFile(directory.resolve("file")),
            Files.createDirectory(directory.resolve("directory")),
            link)) {
      DiagnosisAssert diagnosis = lab.ask(file.toString()).says(BLOCKED).because("not-a-socket");

      diagnosis.cause("not-a-socket").hasNoRemedy("remove-socket-file");
      assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
    assertThat(Files.exists(directory.resolve("nowhere"))).isFalse();
  }

  @Test
  void aPathWhereNothingIsIsFreeAndStaysSo() {
    lab.ask(path).says(FREE).becauseNothing().probedNothing();

    assertThat(Files.exists(Path.of(path))).isFalse();
  }

  @Test
  void aMissingDirectoryIsSaid() {
    lab.ask(directory + "/no/a.sock").says(NOT_LOCAL).because("address-not-local");
    lab.ask("/dev/null/a.sock").says(NOT_LOCAL).because("address-not-local");
  }

  @Test
  void aDirectoryOfAnotherUserIsDenied() {
    lab.question(path).by(NOBODY).ask().says(DENIED).because("bind-policy");
  }

  @Test
  void anotherUsersSocketIsHiddenAndItsUserSaid() {
    lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");

    DiagnosisAssert diagnosis = lab.question(path).by(NOBODY).ask().says(BLOCKED);

    diagnosis.because("live-socket-file").heldByNobody();
    diagnosis.cause("live-socket-file").socketsHave("uid", Programs.OWN_UID);
  }

  @Test
  void anAbstractNameIsHeldUntilItsHolderEnds() {
    Running server = lab.holdUnix("socket s stream", "bind s @app", "listen s 5");

    DiagnosisAssert diagnosis =
        lab.ask("@app").says(BLOCKED).because("abstract-socket").heldBy(server);
    carryOut(diagnosis.cause("abstract-socket"), 0);
    awaitEnd(server);

    lab.ask("@app").says(FREE).becauseNothing().probed("@app", "ok");
  }

  @Test
  void anAbstractNameOfAnotherTypeOrNamespaceIsFree() {
    lab.holdUnix("socket s dgram", "bind s @app");
    lab.holdUnix("netns", "socket s stream", "bind s @app");

    lab.ask("@app").says(FREE).becauseNothing();
  }

  @Test
  void withoutSockDiagTheNameInProcLeadsToTheServer() {
    Running server = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");

    lab.question(path)
        .withoutFamily("netlink", "EPERM")
        .ask()
        .says(BLOCKED)
        .because("live-socket-file")
        .heldBy(server)
        .didNotLookAt("sock_diag for unix sockets");
  }

  @Test
  void withoutAProbeTheVerdictIsUnknownAndTheCauseIsThere() {
    leaveAStaleFile();

    lab.question("--no-probe", path).ask().says(UNKNOWN).because("stale-socket-file");
  }
}
