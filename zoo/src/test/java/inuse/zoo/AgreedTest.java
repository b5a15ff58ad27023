package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holders that send their socket to somebody else, at once or when SIGTERM comes. All of them run
 * in one process group of one session, as whatever a script starts does.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
final class AgreedTest extends Scenarios {
  /** A daemon that keeps whatever is sent to its socket, as it or as the user of that number. */
  private static final String DAEMON =
      """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      s.bind(sys.argv[1])
      os.chmod(sys.argv[1], 0o777)
      s.listen()
      os.setuid(int(sys.argv[2]))
      print("ready", flush=True)
      s.settimeout(600)
      c, _ = s.accept()
      kept = socket.recv_fds(c, 10, 10)
      c.send(b"k")
      print("received", flush=True)
      sys.stdin.read()
      """;

  /**
   * A listener of a user on 8080 that sends its socket there: now, or when SIGTERM comes. Then it
   * ends once that has it: on its way a socket is nobody's.
   */
  private static final String HOLDER =
      """
      import os, signal, socket, sys, time
      os.setuid(int(sys.argv[2]))
      s = socket.socket()
      s.bind(("0.0.0.0", 8080))
      s.listen()
      u = socket.socket(socket.AF_UNIX, getattr(socket, sys.argv[4]))
      u.connect(sys.argv[1])
      def send(*_):
          socket.send_fds(u, [b"x"], [s.fileno()])
          if sys.argv[3] == "later":
              u.recv(1)
              os._exit(0)
          s.close()
      if sys.argv[3] == "later":
          signal.signal(signal.SIGTERM, send)
      else:
          send()
      print("ready", flush=True)
      sys.stdin.read()
      """;

  /** On a terminal of its own: each argument before "--" answers one question. */
  private static final String ANSWERS =
      """
      import os, pty, sys
      at = sys.argv.index("--")
      answers, command = sys.argv[1:at], sys.argv[at + 1:]
      os.environ["NO_COLOR"] = "1"
      pid, terminal = pty.fork()
      if pid == 0:
          os.execvp(command[0], command)
      said, more = b"", b"?"
      while more:
          try:
              more = os.read(terminal, 4096)
          except OSError:
              break
          said += more
          if said.endswith(b"[y/N] "):
              os.write(terminal, answers.pop(0).encode() + b"\\n")
      sys.stdout.buffer.write(said.replace(b"\\r", b""))
      sys.stdout.flush()
      print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """;

  private static final Set<PosixFilePermission> EVERYBODY =
      PosixFilePermissions.fromString("rwxrwxrwx");

  @TempDir private Path directory;
  private String place = "";

  AgreedTest(Way way) {
    super(way);
  }

  @BeforeEach
  void aPlaceThatEverybodyMayEnter() throws IOException {
    Lab.requireRoot("cannot be several users");
    Files.setPosixFilePermissions(directory, EVERYBODY);
    place = directory.resolve("daemon.sock").toString();
  }

  private Running daemon(int uid) {
    return lab.startOwn(Programs.python(), "-c", DAEMON, place, Integer.toString(uid)).awaitReady();
  }

  private Running holder(int uid, String when) {
    return lab.startOwn(
            Programs.python(), "-c", HOLDER, place, Integer.toString(uid), when, "SOCK_SEQPACKET")
        .awaitReady();
  }

  private Output answering(List<String> answers, String... words) {
    List<String> command = new ArrayList<>(List.of(Programs.python(), "-c", ANSWERS));
    command.addAll(answers);
    command.add("--");
    command.addAll(lab.way().command());
    command.addAll(List.of(words));
    return lab.output(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 'that was not agreed to'",
    "65534, 65534, 'that was not agreed to'",
    "0, 65534, 'another user made that socket'",
    "1, 65534, 'another user made that socket'"
  })
  void whoIsPassedTheSocketIsNamedAndLives(int daemonUid, int holderUid, String why) {
    Running daemon = daemon(daemonUid);
    Running holder = holder(holderUid, "later");

    lab.free("8080")
        .outcome("still-held")
        .did("terminate " + holder.pid() + " SIGTERM exited")
        .says("python3 (pid " + daemon.pid() + ", ", why)
        .insteadOf("inuse free 8080")
        .stillHeld();
    assertThat(daemon.isAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"y", "n"})
  void onATerminalItIsAskedAboutAnew(String second) {
    Running daemon = daemon(0);
    Running holder = holder(Lab.NOBODY, "later");

    Output output = answering(List.of("y", second), "free", "--settle", "0s", "8080");

    assertThat(output.standardOutput())
        .as("%s", output)
        .containsSubsequence(
            "plan   SIGTERM to python3 (pid " + holder.pid() + ")",
            "go on? [y/N] y",
            "did    python3 (pid " + holder.pid() + ") has ended",
            "python3 (pid " + daemon.pid() + ", root, with a socket of nobody) listens on",
            "plan   SIGTERM to python3 (pid " + daemon.pid() + ", with a socket of nobody)",
            "go on? [y/N] " + second,
            second.equals("y") ? "8080 is free again" : "you said no",
            second.equals("y") ? "exit 0" : "exit 1");
    assertThat(daemon.isAlive()).isEqualTo(second.equals("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SOCK_SEQPACKET", "SOCK_DGRAM"})
  void whoWasSentASocketOfAnotherUserIsNotEndedUnasked(String type) throws IOException {
    Running daemon =
        type.equals("SOCK_SEQPACKET")
            ? daemon(0)
            : lab.holdUnix("socket s dgram", "bind s " + place);
    Files.setPosixFilePermissions(Path.of(place), EVERYBODY);
    lab.startOwn(Programs.python(), "-c", HOLDER, place, Integer.toString(Lab.NOBODY), "now", type)
        .awaitReady();
    if (type.equals("SOCK_SEQPACKET")) {
      daemon.awaitLine("received");
    }
    String who = "(pid " + daemon.pid() + ", root, with a socket of nobody)";

    lab.free("8080").outcome("refused").didNothing().says(who, "may have sent it there");
    assertThat(lab.question("8080").run("free", "--dry-run").standardOutput())
        .contains(who)
        .containsPattern("plan +SIGTERM to \\S+ \\(pid \\d+, with a socket of nobody\\)");
    FreedAssert planned = lab.question("8080").free("--dry-run").planned();
    assertThat(planned.result().getAsJsonArray("steps").get(0).toString())
        .contains("\"socket_uid\":" + Lab.NOBODY);
    assertThat(daemon.isAlive()).isTrue();

    Output output = answering(List.of("y"), "free", "--settle", "0s", "8080");
    assertThat(output.standardOutput()).as("%s", output).contains(who, "is free again", "exit 0");
  }

  /**
   * A child holds the port, and when SIGTERM comes a child of its own does, and so on; all in a
   * session that is seen from here, since that is part of how they are known.
   */
  private Running forks() {
    Running maker =
        lab.startHold(
            "maker",
            "session",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "forks",
            "child");
    maker.awaitFork();
    return maker;
  }

  @Test
  void whatIsForkedWhenTheSignalComesIsEndedToo() {
    Running maker = forks();

    lab.question("8080").free("--yes", "--settle", "0s").outcome("forced").provedByBind();
    assertThat(maker.awaitLine("forked1")).isNotEmpty();
    assertThat(maker.isAlive()).isTrue();
  }

  @Test
  void theLimitIsThatOfTheWholeRun() {
    Running maker = forks();
    FreedAssert freed = lab.question("8080").free("--yes", "--max", "1");

    freed
        .outcome("still-held")
        .says("2 processes would be ended, with the 1 before, more than --max 1 allows")
        .stillHeld();
    assertThat(freed.result().getAsJsonArray("steps")).hasSize(1);
    maker.awaitFork("forked1");
  }

  @Test
  void theSameWordsOfAnotherUserAreNoEarlierRun() {
    assertThat(theSameWords(Lab.NOBODY, directory)).isEqualTo("another-service");
  }

  @Test
  void theSameWordsInAnotherDirectoryAreNoEarlierRun() {
    assertThat(theSameWords(0, Path.of("/"))).isEqualTo("another-service");
  }

  @Test
  void theSameWordsOfTheSameUserInTheSameDirectoryAreOne() {
    assertThat(theSameWords(0, directory)).isEqualTo("previous-instance");
  }

  /**
   * Nothing but user and directory tells which {@code python3 -m http.server} it is: the cause that
   * is found where one is to be started.
   */
  private String theSameWords(int uid, Path where) {
    String words = Programs.python() + " -m http.server 8080";
    lab.startForeign(
        "setpriv",
        "--reuid=" + uid,
        "--clear-groups",
        "sh",
        "-c",
        "cd '" + where + "' && exec " + words);
    lab.awaitState(8080, "LISTEN");
    String inuse = String.join(" ", lab.way().command());
    Output output =
        lab.output(
            "sh",
            "-c",
            "cd '" + directory + "' && " + inuse + " --json --for '" + words + "' 8080");
    return AnswerAssert.json(output)
        .getAsJsonArray("diagnoses")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("causes")
        .get(0)
        .getAsJsonObject()
        .get("id")
        .getAsString();
  }
}
