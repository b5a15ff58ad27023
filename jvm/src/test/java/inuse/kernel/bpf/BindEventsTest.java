package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.bpf.BindEvent.Kind.ASKED;
import static inuse.kernel.bpf.BindEvent.Kind.BOUND;
import static inuse.kernel.bpf.BindEvent.Kind.LISTENING;
import static inuse.kernel.bpf.BindEvent.Kind.RELEASED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.jvm.ForeignSystemCalls;
import inuse.jvm.RootAlone;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.RawAddress;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The six programs in this machine's kernel, attached to a control group of the test's own. */
final class BindEventsTest {
  private static final long SECOND = 1_000_000_000L;

  /** A line of the verifier's log: the number, the code, and the instruction in words. */
  private static final Pattern LINE =
      Pattern.compile("^(\\d+): \\([0-9a-f]{2}\\) (.*?)(?: *;.*)?$");

  private final SystemCalls calls = new ForeignSystemCalls();
  private final List<BindEvent> events = new ArrayList<>();
  private GroupOfItsOwn group;
  private int directory;

  @BeforeEach
  void rootIsNeeded() throws IOException {
    RootAlone.isNeeded(calls, BindEventsTest.class);
    group = new GroupOfItsOwn();
    directory = group.open(calls);
  }

  @AfterEach
  void removeTheGroup() throws IOException {
    if (group != null) {
      calls.close(directory);
      group.close();
    }
  }

  private static <T> T value(CallResult<T> result) {
    return switch (result) {
      case CallResult.Ok<T>(T value) -> value;
      case CallResult.Failed<T>(SyscallFailed why) -> throw new AssertionError(why.toString());
    };
  }

  private BindEvents open() {
    return value(BindEvents.open(calls, directory));
  }

  private List<BindEvent.Kind> kinds() {
    return events.stream().map(BindEvent::kind).toList();
  }

  private void readAll(BindEvents from) {
    while (from.read(events::add)) {
      // There may be more.
    }
  }

  private static RawAddress v4(int a, int b, int c, int d) {
    return new RawAddress(0, ((long) a << 24) | (b << 16) | (c << 8) | d);
  }

  /** What the kernel's verifier calls each instruction, by its number. */
  private static Map<Integer, String> read(String log) {
    Map<Integer, String> words = new TreeMap<>();
    for (String line : log.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.find()) {
        words.putIfAbsent(Integer.valueOf(matcher.group(1)), matcher.group(2).strip());
      }
    }
    return words;
  }

  @ParameterizedTest
  @EnumSource(BindProgram.class)
  void theKernelReadsEachInstructionAsItsTableExplainsIt(BindProgram program) {
    try (BindEvents events = open()) {
      String log = new Bpf(calls).reading(program.assembled(events.maps(), true));
      Map<Integer, String> words = read(log);
      List<Assembler.Line> lines = new Assembler(events.maps()).lines(program.table(true));
      Bpf.Program assembled = program.assembled(events.maps(), true);

      int compared = 0;
      for (int i = 0; i < lines.size(); i++) {
        String meaning = lines.get(i).meaning();
        if (lines.get(i).columns().getFirst().equals("18")) {
          assertThat(words.get(i)).as("%d: %s", i, meaning).startsWith("r1 = 0x");
          compared++;
        } else if (!lines.get(i).columns().getFirst().equals("00")) {
          int jump = assembled.jump(i);
          assertThat(words.get(i))
              .as("%d in %s", i, log)
              .isEqualTo(meaning.replaceFirst("goto [A-Z0-9]+$", "goto pc+" + jump));
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(20);
    }
  }

  @Test
  void aBindLeavesThatItWasAskedMadeListenedAndReleased() throws Exception {
    try (BindEvents from = open()) {
      String said =
          group.run(
              "import socket, os",
              "s = socket.socket()",
              "s.bind(('127.0.0.1', 0))",
              "s.listen()",
              "print(os.getpid(), s.getsockname()[1], flush=True)",
              "s.close()");
      readAll(from);

      int pid = Integer.parseInt(said.split(" ", -1)[0]);
      int port = Integer.parseInt(said.split(" ", -1)[1]);
      assertThat(kinds()).containsExactly(ASKED, BOUND, LISTENING, RELEASED);
      assertThat(events).extracting(BindEvent::pid).containsOnly(pid);
      assertThat(events).extracting(BindEvent::thread).containsOnly(pid);
      assertThat(events).extracting(BindEvent::port).containsExactly(0, port, port, 0);
      assertThat(events.subList(0, 3)).extracting(BindEvent::protocol).containsOnly(IPPROTO_TCP);
      assertThat(events.subList(0, 3)).extracting(BindEvent::family).containsOnly(AF_INET);
      assertThat(events.subList(0, 3))
          .extracting(BindEvent::address)
          .containsOnly(v4(127, 0, 0, 1));
      assertThat(events).extracting(BindEvent::cookie).doesNotContain(0L).hasSize(4);
      assertThat(events.stream().map(BindEvent::cookie).distinct()).hasSize(1);
      assertThat(events.stream().map(BindEvent::namespace).distinct()).hasSize(1);
      assertThat(events).extracting(BindEvent::nanos).isSorted();
      assertThat(from.lost()).isZero();
    }
  }

  @Test
  void soDoesOneOfUdpAndIpv6() throws Exception {
    try (BindEvents from = open()) {
      String port =
          group.run(
              "import socket",
              "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
              "s.bind(('::1', 0))",
              "print(s.getsockname()[1])");
      readAll(from);

      assertThat(kinds()).containsExactly(ASKED, BOUND, RELEASED);
      BindEvent bound = events.get(1);
      assertThat(bound.family()).isEqualTo(AF_INET6);
      assertThat(bound.protocol()).isEqualTo(IPPROTO_UDP);
      assertThat(bound.address()).isEqualTo(new RawAddress(0, 1));
      assertThat(bound.port()).isEqualTo(Integer.parseInt(port));
    }
  }

  @Test
  void aRefusedBindIsAskedAndNeverMade() throws Exception {
    try (BindEvents from = open()) {
      group.run(
          "import socket",
          "s = socket.socket()",
          "s.bind(('127.0.0.1', 0))",
          "t = socket.socket()",
          "try: t.bind(s.getsockname())",
          "except OSError: pass",
          "t.close()");
      readAll(from);

      assertThat(kinds()).containsExactly(ASKED, BOUND, ASKED, RELEASED, RELEASED);
      assertThat(events.get(2).port()).isEqualTo(events.get(1).port());
      assertThat(events.get(3).cookie()).isEqualTo(events.get(2).cookie());
    }
  }

  @Test
  void aHolderThatIsKilledReleasesAllTheSame() throws Exception {
    try (BindEvents from = open()) {
      group.run(
          "import socket, os, signal",
          "s = socket.socket()",
          "s.bind(('127.0.0.1', 0))",
          "s.listen()",
          "os.kill(os.getpid(), signal.SIGKILL)");
      readAll(from);

      assertThat(kinds()).containsExactly(ASKED, BOUND, LISTENING, RELEASED);
    }
  }

  @Test
  void itIsReleasedWhenTheLastOfItsHoldersHasGone() throws Exception {
    try (BindEvents from = open()) {
      group.run(
          "import socket, os",
          "s = socket.socket()",
          "s.bind(('127.0.0.1', 0))",
          "child = os.fork()",
          "if child == 0:",
          "  os.read(0, 1)",
          "  os._exit(0)",
          "s.close()",
          "t = socket.socket()",
          "t.bind(('127.0.0.1', 0))",
          "os.kill(child, 9)",
          "os.waitpid(child, 0)");
      readAll(from);

      assertThat(kinds()).containsExactly(ASKED, BOUND, ASKED, BOUND, RELEASED, RELEASED);
      assertThat(events.get(4).cookie()).isEqualTo(events.get(0).cookie());
    }
  }

  @Test
  void connectionsAndClientsLeaveNothing() throws Exception {
    try (BindEvents from = open()) {
      group.run(
          "import socket",
          "s = socket.socket()",
          "s.listen()",
          "for i in range(50):",
          "  c = socket.create_connection(s.getsockname())",
          "  a, _ = s.accept()",
          "  a.close()",
          "  c.close()");
      readAll(from);

      assertThat(kinds()).containsExactly(LISTENING, RELEASED);
      assertThat(events.get(0).pid()).isPositive();
    }
  }

  @Test
  void aSocketOfBeforeIsReleasedOnceItIsKnown() throws Exception {
    Process holder =
        group.python(
            "import socket, struct, sys",
            "s = socket.socket()",
            "s.bind(('127.0.0.1', 0))",
            "print(struct.unpack('Q', s.getsockopt(socket.SOL_SOCKET, 57, 8))[0], flush=True)",
            "sys.stdin.read()");
    long cookie =
        Long.parseLong(
            new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8)).readLine());
    try (BindEvents from = open()) {
      from.know(cookie);
      from.know(cookie + 1_000_000);
      from.forget(cookie + 1_000_000);
      holder.getOutputStream().close();
      holder.waitFor();
      readAll(from);

      assertThat(kinds()).containsExactly(RELEASED);
      assertThat(events.getFirst().cookie()).isEqualTo(cookie);
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void itsDescriptorIsReadableWhenThereAreEvents() throws Exception {
    try (BindEvents from = open()) {
      assertThat(calls.awaitInput(from.fd(), 0)).isZero();

      group.run("import socket", "socket.socket().bind(('127.0.0.1', 0))");

      assertThat(calls.awaitInput(from.fd(), 10 * SECOND)).isOne();
      readAll(from);
      assertThat(calls.awaitInput(from.fd(), 0)).isZero();
    }
  }

  @Test
  void whatFindsNoRoomIsCounted() throws Exception {
    try (BindEvents from = value(BindEvents.open(calls, directory, RingBuffer.PAGE))) {
      String binds = "for i in range(100): socket.socket().bind(('127.0.0.1', 0))";
      group.run("import socket", binds);
      readAll(from);

      assertThat(events.size() + from.lost()).isEqualTo(300);
      assertThat(from.lost()).isPositive();

      // And there is room again, wherever in its memory the buffer is.
      long before = from.lost();
      for (int i = 0; i < 10; i++) {
        events.clear();
        group.run("import socket", "for i in range(15): socket.socket().bind(('127.0.0.1', 0))");
        readAll(from);
        assertThat(kinds()).hasSize(45).startsWith(ASKED, BOUND, RELEASED);
      }
      assertThat(from.lost()).isEqualTo(before);
    }
  }

  @Test
  void whatIsMappedOfTheBufferIsSmallAndMovesOnWithWhatIsRead() throws Exception {
    try (BindEvents from = open()) {
      group.run("import socket", "for i in range(2000): socket.socket().bind(('127.0.0.1', 0))");
      readAll(from);

      assertThat(events).hasSize(6000);
      assertThat(events.stream().map(BindEvent::nanos)).isSorted();
      // Other tests have some mapped, too; a whole buffer of one would be more than that.
      assertThat(mapped()).isBetween(1L, BindEvents.RING_BYTES / 2L);
    }
  }

  private static long mapped() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.endsWith("bpf-map"))
        .map(line -> line.substring(0, line.indexOf(' ')).split("-", 2))
        .mapToLong(ends -> Long.parseLong(ends[1], 16) - Long.parseLong(ends[0], 16))
        .sum();
  }

  @Test
  void nothingIsLeftInTheKernel() throws Exception {
    open().close();
    try (BindEvents from = open()) {
      assertThat(from.lost()).isZero();
      assertThat(attached()).hasSize(6);
    }

    assertThat(attached()).isEmpty();
  }

  private List<String> attached() throws IOException, InterruptedException {
    Process tool =
        new ProcessBuilder("bpftool", "cgroup", "list", group.directory().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
    tool.waitFor();
    return output.lines().filter(line -> line.contains("inuse")).toList();
  }

  @Test
  void whereThereIsNoControlGroupThatIsSaid() {
    int file = calls.open(-100, Bytes.of("/proc"), 0);

    assertThat(BindEvents.open(calls, file))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("bpf", "LINK_CREATE", Errno.EBADF)));
    calls.close(file);
  }
}
