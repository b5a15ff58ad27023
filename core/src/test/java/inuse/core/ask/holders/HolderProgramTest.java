package inuse.core.ask.holders;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The very bytes that the kernel is given, for a small description of its types. */
final class HolderProgramTest {
  private static final int INSTRUCTION_BYTES = 8;

  private final FakeKernel kernel = new IteratedKernel().kernel;

  private List<String> lines(HolderProgram.Kind kind, long... inodes) {
    Set<Inode> wanted = new HashSet<>();
    Arrays.stream(inodes).forEach(inode -> wanted.add(new Inode(inode)));
    return lines(kind, HolderProgram.Sockets.of(wanted, Optional.empty()));
  }

  private List<String> lines(HolderProgram.Kind kind, HolderProgram.Sockets wanted) {
    new KernelSearch(Host.of(kernel))
        .look(kind, wanted, new Deadline(kernel, Deadline.OF_A_QUESTION));
    byte[] program = kernel.bpf().programs().getLast();
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < program.length; at += INSTRUCTION_BYTES) {
      lines.add(HexFormat.of().formatHex(program, at, at + INSTRUCTION_BYTES));
    }
    return lines;
  }

  /** The listings that were compared with those that ran on four kernels. */
  private static String listing(String title) throws IOException {
    try (InputStream file =
        requireNonNull(HolderProgramTest.class.getResourceAsStream("programs.txt"))) {
      String all = new String(file.readAllBytes(), StandardCharsets.US_ASCII) + "\n";
      int from = all.indexOf(title + "\n") + title.length() + 1;
      return all.substring(from, all.indexOf("\n\n", from));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TASK, pid:[4026531836], TASK",
    "TASK, pid:[4026532000], TASK in a child pid namespace",
    "TASK_FILE, pid:[4026531836], TASK_FILE",
    "TASK_FILE, pid:[4026532000], TASK_FILE in a child pid namespace"
  })
  void eachProgramIsTheseInstructions(HolderProgram.Kind kind, String namespace, String title)
      throws IOException {
    kernel.link("/proc/self/ns/pid", namespace);

    assertThat(lines(kind, 0x12345678)).isEqualTo(List.of(listing(title).split("\n", -1)));
  }

  @ParameterizedTest
  @EnumSource(HolderProgram.Kind.class)
  void eachSocketIsOneComparisonOf32Bits(HolderProgram.Kind kind) {
    int before = lines(kind, 1).size();
    long[] most = LongStream.rangeClosed(1, HolderProgram.MOST_INODES).toArray();

    assertThat(lines(kind, most)).hasSize(before + HolderProgram.MOST_INODES - 1);
    assertThat(lines(kind, 0xfedc_ba98L))
        .filteredOn(line -> line.endsWith("98badcfe"))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("1601"));
  }

  @ParameterizedTest
  @EnumSource(HolderProgram.Kind.class)
  void moreSocketsThanThatAreNotComparedAtAll(HolderProgram.Kind kind) {
    int one = lines(kind, 1).size();
    long[] many = LongStream.rangeClosed(1, HolderProgram.MOST_INODES + 1L).toArray();

    assertThat(lines(kind, many)).hasSize(one - 2);
  }

  @Test
  void thePortIsComparedInTheOrderOfTheHostAndTheInodesAreNot() throws IOException {
    Set<Inode> wanted = Set.of(new Inode(0x12345678));

    assertThat(
            lines(
                HolderProgram.Kind.TASK_FILE,
                HolderProgram.Sockets.of(wanted, Optional.of(new Port(0x1f90)))))
        .isEqualTo(List.of(listing("TASK_FILE of a port").split("\n", -1)));
  }

  @Test
  void whatTheFirstProgramTakesForASocketIsOneOfItsOwnReader() {
    long slot = 8L * 3;

    assertThat(lines(HolderProgram.Kind.TASK, 1)).contains("07010000%02x000000".formatted(slot));
  }
}
