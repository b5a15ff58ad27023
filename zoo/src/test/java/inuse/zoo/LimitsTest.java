package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever others make long, and however little there is for it, an answer comes, or a reason. */
final class LimitsTest extends Scenarios {
  private static final String EXECUTABLE = Programs.EXECUTABLE.toString();

  LimitsTest() {
    super(Way.EXECUTABLE);
  }

  /** The executable behind some lines of a shell, whose last it is. */
  private Output inShell(String lines, String... words) {
    List<String> command = new ArrayList<>(List.of("bash", "-c", lines, "bash", EXECUTABLE));
    command.addAll(List.of(words));
    return lab.output(command.toArray(String[]::new));
  }

  /** A Python program that has a listening socket, s, on port 8080. */
  private Running python(String lines) {
    String program =
        """
        import os, socket, sys, time, resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        s = socket.socket()
        s.bind(('0.0.0.0', 8080))
        s.listen()
        s.set_inheritable(True)
        %s
        print('ready', flush=True)
        sys.stdin.read()
        """
            .formatted(lines.strip());
    return lab.startOwn("/usr/bin/python3", "-c", program).awaitReady();
  }

  private JsonObject diagnosis(String... words) {
    List<String> command = new ArrayList<>(List.of(EXECUTABLE, "--json"));
    command.addAll(List.of(words));
    Output output = lab.output(command.toArray(String[]::new));
    assertThat(output.exitCode()).as("%s", output.standardError()).isZero();
    return JsonParser.parseString(output.standardOutput())
        .getAsJsonObject()
        .getAsJsonArray("diagnoses")
        .get(0)
        .getAsJsonObject();
  }

  private static List<JsonObject> holders(JsonObject diagnosis) {
    List<JsonObject> holders = new ArrayList<>();
    diagnosis
        .getAsJsonArray("causes")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("holders")
        .forEach(one -> holders.add(one.getAsJsonObject()));
    return holders;
  }

  /**
   * Children that live as long as the program does, with arguments that JSON makes six times as
   * long.
   */
  private static String children(int count, int bytes) {
    return """
    read, write = os.pipe()
    for i in range(%d):
        if os.fork() == 0:
            os.dup2(read, 0)
            os.close(write)
            os.execv('/bin/cat', [b'\\1' * %d, b'-'])
    """
        .formatted(count, bytes);
  }

  @Test
  void hundredsOfHoldersWithLongArgumentsAreAllTold() {
    python(children(200, 4000));

    assertThat(holders(diagnosis("8080"))).hasSize(201);
  }

  @Test
  void whatGoesBeyondTheBoundsIsAGap() {
    python(children(700, 4000));

    JsonObject diagnosis = diagnosis("8080");

    assertThat(holders(diagnosis)).hasSize(701);
    assertThat(holders(diagnosis)).anyMatch(one -> one.get("args").isJsonNull());
    assertThat(diagnosis.get("not_looked_at").toString())
        .contains("arguments and paths", "too-many");
  }

  @Test
  void thousandsOfDescriptorsAreCounted() {
    python("kept = [s.dup() for i in range(3000)]");

    JsonObject diagnosis = diagnosis("8080");

    assertThat(holders(diagnosis).getFirst().getAsJsonArray("fds")).hasSize(16);
    assertThat(diagnosis.get("not_looked_at").toString()).contains("2985 more descriptors");
  }

  @Test
  void connectionsBeyondTheBoundsAreCountedAndAllOfThemAttributed() {
    python(
        """
        kept = []
        for i in range(2300):
            kept.append(socket.create_connection(('127.0.0.1', 8080)))
            kept.append(s.accept()[0])
        """);

    JsonObject diagnosis = diagnosis("8080");
    JsonObject crowd = diagnosis.getAsJsonObject("crowd");

    assertThat(crowd.get("served").getAsInt()).isEqualTo(2300 - 64);
    assertThat(crowd.get("elsewhere").getAsInt() + crowd.get("unseen").getAsInt()).isZero();
    assertThat(diagnosis.getAsJsonArray("not_looked_at")).isEmpty();
    assertThat(lab.output(EXECUTABLE, "8080").standardOutput()).contains("serves 2300 connections");
  }

  @Test
  void rangesOfHeldPortsAreAnsweredOneAfterTheOther() {
    python(
        """
        more = []
        for port in range(20000, 20600):
            t = socket.socket()
            t.bind(('0.0.0.0', port))
            t.listen()
            more.append(t)
        """);

    for (String json : List.of("--json", "--color=never")) {
      Output output = lab.output(EXECUTABLE, json, "20000-20599");
      assertThat(output.exitCode()).as("%s", output.standardError()).isZero();
      assertThat(output.standardOutput()).contains("20599");
    }
  }

  /**
   * Little address space, little data, little stack: as systemd's LimitAS= and the like set them.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-v 80000",
        "-v 40000",
        "-v 20000",
        "-v 12000",
        "-d 50000",
        "-d 20000",
        "-d 10000",
        "-s 16",
        "-s 64",
        "-s 200",
        "-s 16 -v 60000",
        "-s 16 -d 40000",
        "-l 0",
        "-n 8",
        "-u 1"
      })
  void underALimitThereIsAnAnswerOrAReasonAndNoSignal(String limit) {
    lab.listener(8080);

    Output asked = inShell("ulimit " + limit + "; exec \"$@\"", "8080");
    Output run = inShell("ulimit " + limit + "; exec \"$@\"", "run", "--", "/bin/true");

    assertThat(asked.exitCode()).as("%s", asked).isIn(0, 70);
    assertThat(asked.exitCode() == 0 ? asked.firstLine() : asked.standardError())
        .as("%s", asked)
        .containsPattern("8080 is in use|memory");
    assertThat(run.exitCode()).as("%s", run).isIn(0, 125);
  }

  @Test
  void aHeapThatIsTooSmallIsAMessageAndAStatus() {
    Output output = inShell("ulimit -v 12000; exec \"$@\"", "--json", "8080");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(70);
    assertThat(output.standardError()).as("%s", output).contains("no memory for a heap");
    assertThat(JsonParser.parseString(output.standardOutput()).getAsJsonObject().get("schema"))
        .hasToString("\"inuse.error/1\"");
  }

  /** The less memory there is the sooner it ends, but always in the same way. */
  @Test
  void aHeapThatIsFullIsAMessageAndAStatus() {
    python(children(700, 4000));
    List<String> ends = new ArrayList<>();
    for (int kilobytes = 12_000; kilobytes < 40_000; kilobytes += 1000) {
      Output output = inShell("ulimit -v " + kilobytes + "; exec \"$@\"", "--json", "8080");
      assertThat(output.exitCode()).as("%s", output.standardError()).isIn(0, 70);
      ends.add(output.exitCode() == 0 ? "answered" : output.standardError().strip());
    }

    assertThat(ends)
        .contains(
            "answered",
            "inuse: out of memory; ask about fewer addresses",
            "inuse: no memory for a heap of 4 MB; raise ulimit -v and ulimit -d")
        .allMatch(one -> one.equals("answered") || one.contains("memory"));
  }

  @ParameterizedTest
  @CsvSource({
    "schema, 74",
    "man, 74",
    "--version, 74",
    "--help, 74",
    "completion bash, 74",
    "next 3000, 74",
    "explain EADDRINUSE, 74",
    "tune, 74",
    "tune --json, 74",
    "8080, 74",
    "--json 8080, 74",
    "free --dry-run --json 8080, 74",
    "-q 8080, 1"
  })
  void whatCannotBeWrittenShowsInTheExitStatus(String words, int status) {
    for (String lost :
        List.of(">/dev/full", ">&-", ">/dev/full 2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-")) {
      Output output = inShell("exec \"$@\" " + lost, words.split(" ", -1));
      assertThat(output.exitCode()).as("%s %s: %s", words, lost, output).isEqualTo(status);
    }
  }

  @Test
  void nothingForAReaderLandsInAFileThatIsOpenedLater() {
    Lab.requireRoot("tune needs it");
    Output output =
        inShell(
            """
            cd "$(mktemp -d)"; mkdir -p a b
            unshare -m bash -c '
              mount --bind a /var/lib; mount --bind b /etc/sysctl.d
              "$@" tune --yes --set net.ipv4.ip_local_port_range=32768-60998 >&- 2>&-; echo "status $?"
              cat /var/lib/inuse/tune.lock' bash "$@"
            """);

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("status 74\n");
  }

  /** Standard error is closed, and the report is the next file that is opened. */
  @Test
  void nothingForAReaderLandsInAReport() {
    lab.listener(8080);

    Output output =
        inShell(
            """
            cd "$(mktemp -d)"
            "$@" run --guard --report report -- \
                python3 -c 'import socket; socket.socket().bind(("0.0.0.0", 8080))' 2>&-
            cat report
            """);

    assertThat(output.standardOutput().lines())
        .as("%s", output)
        .hasSize(5)
        .startsWith("### Ports", "", "| | port | process | held by |", "|---|---|---|---|")
        .last()
        .asString()
        .startsWith("| **refused** | 0.0.0.0:8080 |");
  }

  @Test
  void nothingForAReaderLandsAmongTheEventsOfARecorder() {
    Lab.requireRoot("recording needs it");

    Output output =
        inShell(
            """
            cd "$(mktemp -d)"
            "$@" record --directory "$PWD" -- true 2>&-
            cat *.jsonl
            """);

    assertThat(output.standardOutput().lines())
        .as("%s", output)
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  @Test
  void aPipeThatDoesNotBlockGetsAllOfIt() {
    String reader =
        """
        import fcntl, os, subprocess, sys
        whole = subprocess.run(sys.argv[1:], capture_output=True)
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
        child = subprocess.Popen(sys.argv[1:], stdout=write)
        os.close(write)
        seen = b''
        piece = b'x'
        while piece:
            piece = os.read(read, 1 << 12)
            seen += piece
        print(child.wait() == whole.returncode, len(seen) > 65536, len(seen) == len(whole.stdout))
        """;

    assertThat(
            lab.output("/usr/bin/python3", "-c", reader, EXECUTABLE, "--json", "9000-9299")
                .standardOutput())
        .isEqualTo("True True True\n");
  }

  @Test
  void withoutProcTheWordsAreThoseThatWereSaid() {
    Lab.requireRoot("needs to mount");
    Output output =
        inShell(
            """
            cd "$(mktemp -d)"
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("app.sock")'
            unshare -m bash -c '
              mount -t tmpfs none /proc
              "$1" free --yes --settle 0 "$PWD/app.sock\u00e4" >/dev/null 2>&1
              "$1" free --yes --settle 0 "./app.sock\u00e4" >/dev/null 2>&1
              [ -S app.sock ] && echo kept
              W=\u65e5 "$1" run -- /usr/bin/printenv W
              echo "#!/bin/sh" >prog; echo "echo \\"\\$1\\"" >>prog; chmod +x prog
              "$1" run -- ./prog "a \u00fc b"
              PATH=/usr/bin:/bin "$1" run -- sh -c "echo \\$#" 1 2 3' bash "$1"
            """);

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("kept\n\u65e5\na \u00fc b\n2\n");
  }

  /**
   * Twenty thousand connections to addresses of 127.0.0.0/8 whose last fifteen bits of {@code 31 *
   * address + port} are the same, which is the bucket of a hash table. With such a table it takes
   * six seconds of a processor, without one less than half of a second.
   */
  @Test
  void connectionsThatCollideCostNoMoreThanOthers() {
    String program =
        """
        import os, resource, socket, sys
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        ports = range(10000, 10040)
        listeners = []
        for port in ports:
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(('0.0.0.0', port))
            s.listen(100)
            listeners.append(s)
        kept = []
        read, write = os.pipe()
        over, alive = os.pipe()
        def connect(rounds):
            for i in rounds:
                for port, s in zip(ports, listeners):
                    low = (12345 - port) * pow(31, -1, 1 << 15) % (1 << 15) + (i << 15)
                    c = socket.socket()
                    c.bind(('127.0.1.%d' % (port - 9999), 0))
                    c.connect(('127.%d.%d.%d' % (low >> 16, low >> 8 & 255, low & 255), port))
                    kept.append((c, s.accept()[0]))
        for rounds in range(1, 201), range(201, 401), range(401, 490):
            if os.fork() == 0:
                os.close(alive)
                connect(rounds)
                os.write(write, b'.')
                os.read(over, 1)
                os._exit(0)
            assert os.read(read, 1) == b'.'
        print('ready', flush=True)
        sys.stdin.read()
        """;
    lab.startOwn("/usr/bin/python3", "-c", program).awaitReady();

    Output output = inShell("ulimit -t 2; exec \"$@\"", "list", "--json");

    assertThat(output.exitCode()).as("%s", output.standardError()).isZero();
    assertThat(output.standardOutput()).contains("19560");
  }

  /**
   * The same of names in a line that another program wrote: those that Java's hash of a text takes
   * for one another, and that differ late.
   */
  @ParameterizedTest
  @CsvSource({
    "'NAME=1; ', ''",
    "'lsof -ti:80 >NAME; ', ''",
    "'pkill NAME; ', ''",
    "NAME , killall"
  })
  void namesThatCollideCostNoMoreThanOthers(String each, String before, @TempDir Path directory)
      throws IOException {
    StringBuilder line = new StringBuilder(before);
    for (int i = 0; i < 3900; i++) {
      StringBuilder name = new StringBuilder("x".repeat(200));
      for (int bit = 0; bit < 12; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      line.append(' ').append(each.replace("NAME", name));
    }
    JsonObject input = new JsonObject();
    input.addProperty("command", line + "; fuser -k 8080/tcp");
    JsonObject event = new JsonObject();
    event.addProperty("hook_event_name", "PreToolUse");
    event.addProperty("tool_name", "Bash");
    event.add("tool_input", input);
    Path file = Files.writeString(directory.resolve("event.json"), event.toString());

    Output output = inShell("ulimit -t 3; exec \"$@\" <" + file, "hook");

    assertThat(output.exitCode()).as("%s", output.standardError()).isZero();
    assertThat(output.standardOutput()).contains("deny");
  }
}
