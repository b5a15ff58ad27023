package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.jvm.ForeignSystemCalls;
import inuse.jvm.RootAlone;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import inuse.kernel.bpf.Assembler;
import inuse.kernel.bpf.Bpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The programs, given to this machine's kernel: what it accepted is what the tables say, in the
 * words of its own disassembler.
 */
final class AcceptedProgramTest {
  private static final HolderProgram.Sockets SOCKETS =
      new HolderProgram.Sockets(Set.of(7L, 0xfedc_ba98L), Optional.empty());

  private static final HolderProgram.Sockets OF_A_PORT =
      new HolderProgram.Sockets(Set.of(7L), Optional.of(new Port(8080)));

  /** The kernel makes a move of a cast that only its verifier knows. */
  private static final Map<String, String> REWRITTEN = Map.of("call bpf_rdonly_cast", "r0 = r1");

  private final SystemCalls calls = new ForeignSystemCalls();
  private final KernelSearch search = new KernelSearch(Host.of(calls));
  private final List<Integer> open = new ArrayList<>();

  @BeforeEach
  void rootIsNeeded() {
    RootAlone.isNeeded(calls, AcceptedProgramTest.class);
  }

  @AfterEach
  void close() {
    open.forEach(calls::close);
  }

  private static <T> T value(CallResult<T> result) {
    return switch (result) {
      case CallResult.Ok<T>(T value) -> value;
      case CallResult.Failed<T>(SyscallFailed why) -> throw new AssertionError(why.toString());
    };
  }

  private int opened(int fd) {
    assertThat(fd).isNotNegative();
    open.add(fd);
    return fd;
  }

  private int socket() {
    return opened(calls.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }

  private KernelSearch.Prepared prepared(HolderProgram.Kind kind) {
    return prepared(kind, SOCKETS);
  }

  private KernelSearch.Prepared prepared(HolderProgram.Kind kind, HolderProgram.Sockets wanted) {
    return value(search.prepared(kind, wanted, socket()));
  }

  /** What bpftool says of a program, a line for each instruction without its number. */
  private static List<String> disassembled(int program) throws IOException, InterruptedException {
    String id =
        Files.readAllLines(Path.of("/proc/self/fdinfo/" + program)).stream()
            .filter(line -> line.startsWith("prog_id:"))
            .map(line -> line.substring("prog_id:".length()).strip())
            .findFirst()
            .orElseThrow();
    Process tool =
        new ProcessBuilder("bpftool", "prog", "dump", "xlated", "id", id)
            .redirectErrorStream(true)
            .start();
    String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
    assertThat(tool.waitFor()).as(output).isZero();
    return output
        .lines()
        .map(line -> line.replaceFirst("^ *[0-9]+: \\([0-9a-f]{2}\\) ", ""))
        .map(line -> line.replaceFirst("^(call \\w+)#.*", "$1"))
        .toList();
  }

  /** The meanings of a table, with numbers for its names. */
  private static List<String> meanings(KernelSearch.Prepared prepared) {
    List<Assembler.Line> lines = new Assembler(prepared.symbols()).lines(prepared.table());
    List<String> meanings = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String meaning = lines.get(i).meaning();
      String plain = REWRITTEN.getOrDefault(meaning, meaning);
      if (!plain.startsWith("call ")) {
        plain = numbered(plain, prepared.symbols());
      }
      int jump = prepared.program().jump(i);
      meanings.add(
          hexadecimal(
              plain.replaceFirst("goto [A-Z]+$", "goto pc" + (jump < 0 ? "" : "+") + jump)));
    }
    return meanings;
  }

  private static String numbered(String meaning, Map<String, Integer> symbols) {
    String numbered = meaning;
    List<Map.Entry<String, Integer>> longestFirst = new ArrayList<>(symbols.entrySet());
    longestFirst.sort(Comparator.comparingInt(one -> -one.getKey().length()));
    for (Map.Entry<String, Integer> symbol : longestFirst) {
      String name = "(?<![\\w.])" + Pattern.quote(symbol.getKey()) + "(?![\\w.])";
      numbered = numbered.replaceAll(name, symbol.getValue().toString());
    }
    return numbered;
  }

  private static String hexadecimal(String meaning) {
    return Pattern.compile("(?<=if w1 == |if r1 != )-?\\d+")
        .matcher(meaning)
        .replaceAll(number -> "0x" + Integer.toHexString(Integer.parseInt(number.group())));
  }

  @ParameterizedTest
  @EnumSource(HolderProgram.Kind.class)
  void theKernelReadsEachInstructionAsItsTableExplainsIt(HolderProgram.Kind kind)
      throws IOException, InterruptedException {
    isReadAsExplained(prepared(kind));
  }

  @Test
  void soItReadsThoseOfAPort() throws IOException, InterruptedException {
    isReadAsExplained(prepared(HolderProgram.Kind.TASK_FILE, OF_A_PORT));
  }

  private void isReadAsExplained(KernelSearch.Prepared prepared)
      throws IOException, InterruptedException {
    int program = opened(value(new Bpf(calls).load(prepared.program())));

    assertThat(disassembled(program)).isEqualTo(meanings(prepared));
  }

  @ParameterizedTest
  @EnumSource(HolderProgram.Kind.class)
  void itTakesNoProgramUnderTheLicenceOfTheOthers(HolderProgram.Kind kind) {
    Bpf.Program other = prepared(kind).program().under("Apache-2.0");

    assertThat(new Bpf(calls).load(other))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("bpf", "PROG_LOAD", Errno.EINVAL)));
    assertThat(new Bpf(calls).refusal(other)).contains("GPL");
  }

  @Test
  void aThousandDescriptorsOfOneProcessAreTooMuchForOneProgramAndNotForTheOther() {
    int socket = socket();
    for (int i = 0; i < 1_100; i++) {
      opened(calls.fileControl(socket, F_DUPFD_CLOEXEC, 0));
    }
    HolderProgram.Sockets wanted =
        HolderProgram.Sockets.of(
            Set.of(new Inode(value(FileStatus.of(calls, socket)).inode())), Optional.empty());
    Deadline deadline = new Deadline(calls, Duration.ofSeconds(10));

    assertThat(search.look(HolderProgram.Kind.TASK, wanted, deadline))
        .isEqualTo(new CallResult.Failed<>(new SyscallFailed("read", "iterator", Errno.E2BIG)));
    assertThat(value(search.look(HolderProgram.Kind.TASK_FILE, wanted, deadline)).files())
        .hasSize(1_101);
  }
}
