package inuse.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AssemblerTest {
  private final Assembler assembler = new Assembler(Map.of("file.f_inode", 32, "file", 718));

  private String hex(String table) {
    return HexFormat.of().formatHex(assembler.assemble(table));
  }

  @Test
  void aLineIsAnInstructionOfEightBytes() {
    assertThat(hex("79 1 8 24 0 | r1 = *(u64 *)(r8 +24)\n")).isEqualTo("7981180000000000");
    assertThat(hex("07 2 0 0 -48 | r2 += -48\n")).isEqualTo("07020000d0ffffff");
    assertThat(hex("63 10 1 -36 0 | *(u32 *)(r10 -36) = r1\n")).isEqualTo("631adcff00000000");
  }

  @Test
  void aSymbolStandsForItsNumberInAnyColumn() {
    assertThat(hex("79 1 8 file.f_inode 0 | the inode\n")).isEqualTo("7981200000000000");
    assertThat(hex("b7 2 0 0 file | the type\n")).isEqualTo("b7020000ce020000");
  }

  @Test
  void aJumpGoesToItsLabelForwardsAndBack() {
    assertThat(hex("LOOP:\n05 0 0 OUT 0 | goto OUT\n05 0 0 LOOP 0 | goto LOOP\nOUT:\n"))
        .isEqualTo("0500010000000000" + "0500feff00000000");
  }

  @Test
  void commentsAndEmptyLinesAreNoInstructions() {
    assertThat(hex("# why\n\n95 0 0 0 0 | exit\n")).isEqualTo("9500000000000000");
  }

  @Test
  void aNumberOf32BitsKeepsAllOfThem() {
    assertThat(hex("16 1 0 0 -1 | if w1 == -1 goto pc+0\n")).isEqualTo("16010000ffffffff");
  }

  @Test
  void namesWithoutANumberAreToldAndNotAssembled() {
    String table = "79 1 8 file.f_op 0 | x\nb7 2 0 0 socket | y\n79 1 8 file.f_op 0 | z\n";

    assertThat(assembler.unknown(table)).containsExactly("file.f_op", "socket");
    assertThatThrownBy(() -> assembler.assemble(table)).hasMessageContaining("file.f_op");
    assertThat(assembler.unknown("OUT:\n05 0 0 OUT file | goto OUT\n")).isEmpty();
  }

  @Test
  void aLineWithoutItsMeaningIsNoInstruction() {
    assertThatThrownBy(() -> assembler.assemble("95 0 0 0 0\n")).hasMessageContaining("95 0");
    assertThatThrownBy(() -> assembler.assemble("95 0 0 | exit\n")).hasMessageContaining("exit");
  }
}
