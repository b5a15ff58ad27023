package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse run --handover}: a program takes over from its predecessor, and nobody notices. */
@ResourceLock(Load.PROCESSOR)
final class HandoverTest extends Scenarios {
  private static final int TIMES = 50;

  /** Listens on its first port, and on its second when it is told to. */
  private static final String HALF_READY =
      """
      import socket, sys
      a = socket.create_server(("127.0.0.1", 8080))
      print("half", flush=True)
      sys.stdin.readline()
      b = socket.create_server(("127.0.0.1", 8081))
      sys.stdin.readline()
      """;

  @TempDir private Path directory;

  HandoverTest() {
    super(Way.EXECUTABLE);
  }

  private Running start(List<String> command, String... options) {
    List<String> line = new ArrayList<>(List.of("run", "--handover"));
    line.addAll(List.of(options));
    line.add("--");
    line.addAll(command);
    return lab.startThrough(line.toArray(String[]::new));
  }

  private Running startRaw(String... options) {
    return start(GracefulServer.raw(""), options).awaitReady();
  }

  @ParameterizedTest
  @EnumSource
  void noConnectionIsLost(GracefulServer server) throws IOException {
    List<String> command = server.command(directory);
    Running current = start(command, "--signal", server.signal());
    lab.awaitState(8080, "LISTEN");
    List<Load> loads = new ArrayList<>(List.of(Load.start(lab, 8080)));
    if (server == GracefulServer.NGINX_TWO_SOCKETS) {
      loads.add(Load.start(lab, 8081));
    }

    for (int i = 0; i < TIMES; i++) {
      Running next = start(command, "--signal", server.signal());
      assertThat(current.awaitExit()).isZero();
      current = next;
    }

    loads.forEach(load -> load.assertNothingLost(1000));
  }

  /**
   * It was started without it, and is stopped as `inuse free` stops it. If it calls shutdown() on
   * its listener nobody can keep it from that.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SHUTS_DOWN_ITS_LISTENER")
  void noConnectionOfAnEarlierRunIsLostEither(GracefulServer server) throws IOException {
    List<String> command = server.command(directory);
    Running earlier = lab.startForeign(command.toArray(String[]::new));
    lab.awaitState(8080, "LISTEN");
    Load load = Load.start(lab, 8080);

    Running next = start(command, "--on-conflict", "replace", "--signal", server.signal());

    assertThat(earlier.awaitExit()).isZero();
    // Whoever took the port over from it ends too, and from then on there may be a successor.
    next.awaitOnlyChild();
    Running last = start(command, "--signal", server.signal());
    assertThat(next.awaitExit()).isZero();
    load.assertNothingLost(100);
    assertThat(last.isAlive()).isTrue();
  }

  @Test
  void whoeverHoldsItMayBeTakenOverFrom() {
    Running holder =
        lab.startForeign(
            Programs.HOLD.toString(), "socket a tcp4", "bind a 127.0.0.1 8080", "listen a");
    holder.awaitReady();
    Running refused = start(GracefulServer.raw(""), "--on-conflict", "replace");
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(holder.isAlive()).isTrue();
    String listener = lab.listeningSocket(8080);

    Running next = start(GracefulServer.raw(""), "--on-conflict", "take", "-v");

    holder.awaitExit();
    next.awaitLine(
        "inuse: "
            + Programs.python()
            + " listens on port 8080 in the place of pid "
            + holder.pid());
    assertThat(lab.listeningSocket(8080)).isEqualTo(listener);
  }

  /** The same without it: this is how many are refused, and that the load would see it. */
  @Test
  void connectionsAreLostWithoutIt() throws IOException {
    String[] command = GracefulServer.HTTP_SERVER.command(directory).toArray(String[]::new);
    Running current = lab.startForeign(command);
    lab.awaitState(8080, "LISTEN");
    Load load = Load.start(lab, 8080);

    for (int i = 0; i < 5; i++) {
      current.signal("TERM");
      current.awaitExit();
      current = lab.startForeign(command);
      lab.awaitState(8080, "LISTEN");
    }

    assertThat(load.end(0)).doesNotContain("refused 0 ");
  }

  private static List<String> python(String program) {
    return List.of(Lab.requireProgram("python3"), "-c", program);
  }

  private static String statusFlags(Running raw) {
    String[] words = raw.awaitLine("ready").split(" ", -1);
    try {
      return Files.readString(Path.of("/proc", words[0], "fdinfo", words[1]))
          .replaceAll("(?s).*flags:\\s*(\\d+).*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The predecessor's supervisor hears of it when the successor's has gone. */
  private static void awaitStatusFlags(Running raw, String flags) {
    Running.await("flags " + flags, () -> statusFlags(raw).equals(flags));
  }

  @Test
  void aSuccessorThatFailsLeavesEverythingAsItWas() {
    Running current = startRaw();
    String flags = statusFlags(current);
    Load load = Load.start(lab, 8080);

    Running failing =
        start(
            python(
                """
                import socket, sys
                s = socket.socket()
                s.setblocking(False)
                s.bind(("127.0.0.1", 8080))
                print("bound", flush=True)
                sys.stdin.readline()
                sys.exit(3)
                """));
    failing.awaitLine("bound");
    String changed = statusFlags(current);
    failing.say("");

    assertThat(failing.awaitExit()).isEqualTo(3);
    load.assertNothingLost(10);
    assertThat(changed).isNotEqualTo(flags);
    awaitStatusFlags(current, flags);
    Running next = startRaw();
    assertThat(current.awaitExit()).isZero();
    assertThat(next.isAlive()).isTrue();
  }

  @Test
  void aSuccessorThatIsNotReadyInTimeIsStopped() {
    Running current = startRaw();
    Load load = Load.start(lab, 8080);

    Running late =
        start(
            python(
                """
                import socket, time
                s = socket.socket()
                s.bind(("127.0.0.1", 8080))
                time.sleep(1000)
                """),
            "--timeout",
            "500ms");

    assertThat(late.awaitExit()).isEqualTo(125);
    late.awaitLine(
        "inuse: "
            + Lab.requireProgram("python3")
            + ": not ready in time; it was stopped, and its predecessor goes on");
    load.assertNothingLost(10);
    assertThat(current.isAlive()).isTrue();
  }

  @Test
  void onlyOneSuccessorAtATime() {
    Running current = startRaw();
    Running first = start(python(HALF_READY), "--ready-port", "8081");
    first.awaitLine("half");

    Running second = start(GracefulServer.raw(""));

    assertThat(second.awaitExit()).isEqualTo(1);
    second.awaitLine("127.0.0.1:8080 is in use:");
    first.say("");
    assertThat(current.awaitExit()).isZero();
    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void aPredecessorThatDoesNotAnswerIsInTheWay() {
    Running current = startRaw();
    current.signal("STOP");

    Running successor = start(GracefulServer.raw(""));

    assertThat(successor.awaitExit()).isEqualTo(1);
    successor.awaitLine("127.0.0.1:8080 is in use:");
    current.signal("CONT");
    startRaw();
    assertThat(current.awaitExit()).isZero();
  }

  @Test
  void nobodyTakesOverFromAnotherUser() {
    Lab.requireRoot("another user takes root");
    Running current = startRaw();

    Running other =
        lab.startForeign(
            Lab.requireProgram("setpriv"),
            "--reuid=" + Lab.NOBODY,
            "--clear-groups",
            Programs.EXECUTABLE.toString(),
            "run",
            "--handover",
            "--",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 127.0.0.1 8080");

    assertThat(other.awaitExit()).isEqualTo(1);
    other.awaitLine("127.0.0.1:8080 is in use:");
    assertThat(current.isAlive()).isTrue();
  }

  /** Whoever stops the listener behind everybody's back: the successor makes it listen again. */
  @Test
  void theListenerListensAgainWhateverThePredecessorDidToIt() {
    Running current = start(GracefulServer.raw("lingers")).awaitReady();
    String[] words = current.awaitLine("ready").split(" ", -1);
    start(List.of(Programs.HOLD.toString(), "socket a tcp4", "bind a 127.0.0.1 8080", "listen a"))
        .awaitReady();
    current.awaitLine("lingers");

    lab.run(
        Lab.requireProgram("python3"),
        "-c",
        """
        import ctypes, socket, sys
        call = ctypes.CDLL(None).syscall
        pidfd = call(434, int(sys.argv[1]), 0)
        listener = socket.socket(fileno=call(438, pidfd, int(sys.argv[2]), 0))
        listener.shutdown(socket.SHUT_RDWR)
        """,
        words[0],
        words[1]);

    lab.awaitNoState(8080, "LISTEN");
    current.say("");
    assertThat(current.awaitExit()).isZero();
    lab.awaitState(8080, "LISTEN");
  }

  /** What it does not listen on any more is given up. */
  @Test
  void aSuccessorMayListenOnLess() {
    Running current =
        start(
            List.of(
                Programs.HOLD.toString(),
                "socket a tcp4",
                "bind a 127.0.0.1 8080",
                "listen a",
                "socket b tcp4",
                "bind b 127.0.0.1 8081",
                "listen b"));
    current.awaitReady();

    Running next = startRaw();

    assertThat(current.awaitExit()).isEqualTo(143);
    lab.awaitNoState(8081, "LISTEN");
    assertThat(next.isAlive()).isTrue();
    assertThat(lab.tryBind(List.of(), List.of("tcp4", "127.0.0.1", "8081"))).isEqualTo("ok");
  }

  @Test
  void aSuccessorIsReadyWhenItListensOnThePortThatWasNamed() {
    Running current = startRaw();

    Running next = start(python(HALF_READY), "--ready-port", "8081");
    next.awaitLine("half");
    assertThat(current.isAlive()).isTrue();
    next.say("");

    assertThat(current.awaitExit()).isZero();
  }

  /** What separates a process from the host's: root all the same, and in the same network. */
  @ParameterizedTest
  @ValueSource(strings = {"--pid --fork --mount-proc", "--user --map-root-user"})
  void nobodyTakesOverFromWithinAContainer(String unshare) {
    Lab.requireRoot("namespaces of one's own take root");
    Running current = startRaw();
    List<String> line = new ArrayList<>(List.of(Lab.requireProgram("unshare"), "--kill-child"));
    line.addAll(List.of(unshare.split(" ", -1)));
    line.addAll(List.of(Programs.EXECUTABLE.toString(), "run", "--handover", "--"));
    line.addAll(
        List.of(Programs.HOLD.toString(), "socket s tcp4", "bind s 127.0.0.1 8080", "listen s"));

    Running contained = lab.startForeign(line.toArray(String[]::new));

    assertThat(contained.awaitExit()).isEqualTo(1);
    assertThat(contained.awaitLine("inuse: " + Programs.HOLD + " does not take over"))
        .contains("/run/inuse");
    assertThat(current.isAlive()).isTrue();
    Running next = startRaw();
    assertThat(current.awaitExit()).isZero();
    assertThat(next.isAlive()).isTrue();
  }

  /** A run of a user without a runtime directory. */
  private Running startAs(int uid) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Lab.requireProgram("setpriv"),
                "--reuid=" + uid,
                "--clear-groups",
                "env",
                "-u",
                "XDG_RUNTIME_DIR",
                Programs.EXECUTABLE.toString(),
                "run",
                "--handover",
                "--"));
    line.addAll(GracefulServer.raw(""));
    return lab.startForeign(line.toArray(String[]::new)).awaitReady();
  }

  private static final int USER = 64_011;
  private static final int OTHER = 64_012;

  private void squat(String path) {
    lab.run(
        "sh",
        "-c",
        "mkdir -p " + path + " && chmod 700 " + path + " && chown " + OTHER + " " + path);
  }

  /** An abstract name, and the directories that anybody may make. */
  @Test
  void anotherUserCannotKeepARunFromBeingHandedOverUnnoticed() {
    Lab.requireRoot("other users take root");
    String memory = "/dev/shm/inuse-" + USER;
    String temporary = "/tmp/inuse-" + USER;
    try {
      squat(memory);
      lab.startForeign(
              Lab.requireProgram("setpriv"),
              "--reuid=" + OTHER,
              "--clear-groups",
              Programs.python(),
              "-c",
              """
              import socket, sys
              s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
              s.bind("\\0inuse-handover/%s/6/8080/7f000001" % sys.argv[1])
              s.listen(100)
              print("ready", flush=True)
              sys.stdin.readline()
              """,
              Integer.toString(USER))
          .awaitReady();
      Running first = startAs(USER);

      Running second = startAs(USER);

      assertThat(first.awaitExit()).isZero();
      second.signal("TERM");
      assertThat(second.awaitExit()).isZero();
      lab.run("rm", "-r", temporary);
      squat(temporary);
      startAs(USER)
          .awaitLine(
              "inuse: "
                  + Programs.python()
                  + " cannot be handed over: "
                  + memory
                  + " belongs to uid "
                  + OTHER);
    } finally {
      lab.run("rm", "-rf", memory, temporary);
    }
  }

  /** The names of this network namespace. */
  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/run/inuse"))) {
      return all.map(one -> one.getFileName().toString())
          .filter(one -> one.startsWith(Long.toHexString(lab.netns()) + "."))
          .toList();
    }
  }

  @Test
  void aRunThatWasKilledLeavesNothingBehindForTheOneAfter() throws IOException {
    Lab.requireRoot("another user meets elsewhere");
    Running killed = startRaw();
    assertThat(names()).hasSize(1);
    List<String> left = names();
    killed.signal("KILL");
    killed.awaitExit();
    lab.awaitNoState(8080, "LISTEN");

    Running next = startRaw();

    assertThat(names()).hasSize(1).doesNotContainAnyElementsOf(left);
    next.signal("TERM");
    next.awaitExit();
    assertThat(names()).isEmpty();
  }

  @Test
  void aProgramThatOpenedAndClosedManyListenersIsHandedOver() {
    Running current =
        start(
            python(
                """
                import socket, sys
                for i in range(1100):
                    one = socket.socket()
                    one.bind(("127.0.0.1", 10000 + i))
                    one.listen()
                    one.close()
                last = socket.create_server(("127.0.0.1", 8080))
                print("ready", flush=True)
                sys.stdin.readline()
                """));
    current.awaitReady();

    Running next = startRaw();

    assertThat(current.awaitExit()).isEqualTo(143);
    assertThat(next.isAlive()).isTrue();
  }

  @Test
  void descriptorsThatACallerSendsAreClosed() throws IOException {
    Lab.requireRoot("another user meets elsewhere");
    Running current = startRaw();
    String before = descriptors(current);

    lab.run(
        Lab.requireProgram("python3"),
        "-c",
        """
        import array, os, socket, sys
        for i in range(50):
            for text in b"", b"x", b"take 1":
                for count in 1, 2, 3, 200:
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                    s.connect(sys.argv[1])
                    files = array.array("i", [0] * count)
                    try:
                        s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
                        while s.recv(1000) not in (b"", b"end " + sys.argv[2].encode()):
                            pass
                    except ConnectionError:
                        pass
                    s.close()
        """,
        "/run/inuse/" + names().getFirst(),
        Long.toString(current.pid()));

    Running.await("no more than " + before, () -> descriptors(current).equals(before));
    startRaw();
    assertThat(current.awaitExit()).isZero();
  }

  /** How many a process has. */
  private static String descriptors(Running running) {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(running.pid()), "fd"))) {
      return all.count() + " descriptors";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
