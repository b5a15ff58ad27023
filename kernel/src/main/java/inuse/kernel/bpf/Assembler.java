package inuse.kernel.bpf;

import inuse.kernel.Bytes;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Makes the bytes of a program of its table: a line for each struct bpf_insn (linux/bpf.h).
 *
 * <pre>{@code
 * # what the next lines are for
 * 79 8 6  24           0 | r8 = *(u64 *)(r6 +24)
 * 15 8 0  OUT          0 | if r8 == 0x0 goto OUT
 * 79 1 8  file.f_inode 0 | r1 = *(u64 *)(r8 +file.f_inode)
 * OUT:
 * }</pre>
 *
 * <p>The columns are the code in hexadecimal, the registers of destination and source, the offset
 * and the immediate. A number may be a symbol, and the offset of a jump is a label. What stands
 * behind the bar says the same as the kernel's disassembler would, for whoever reads it, and for
 * the test that compares both.
 */
public final class Assembler {
  private static final int BYTES = 8;
  private static final int COLUMNS = 5;
  private static final String MEANING = " | ";

  private final Map<String, Integer> symbols;
  private final Map<String, Integer> labels = new HashMap<>();

  /**
   * An assembler that knows these.
   *
   * @param symbols numbers by name, such as {@code file.f_inode}
   */
  public Assembler(Map<String, Integer> symbols) {
    // Not Map.copyOf: in the executable, a lookup in an empty copy divides by zero.
    this.symbols = new HashMap<>(symbols);
  }

  /** What a table says of one instruction. */
  public record Line(List<String> columns, String meaning) {
    public Line {
      columns = List.copyOf(columns);
    }
  }

  /**
   * The program of a table.
   *
   * @throws IllegalArgumentException where the table is wrong, or names what has no number
   */
  public byte[] assemble(String table) {
    List<Line> lines = lines(table);
    byte[] program = new byte[lines.size() * BYTES];
    for (int i = 0; i < lines.size(); i++) {
      List<String> columns = lines.get(i).columns();
      int at = i * BYTES;
      program[at] = (byte) code(columns.get(0));
      program[at + 1] = (byte) (number(columns.get(1), i) | number(columns.get(2), i) << 4);
      Bytes.putShort(program, at + 2, number(columns.get(3), i));
      Bytes.putInt(program, at + 4, number(columns.get(4), i));
    }
    return program;
  }

  /** Names of a table for which there is no number, each once. */
  public List<String> unknown(String table) {
    Set<String> names = new LinkedHashSet<>();
    for (Line line : lines(table)) {
      for (String column : line.columns().subList(1, COLUMNS)) {
        if (value(column, 0).isEmpty()) {
          names.add(column);
        }
      }
    }
    return List.copyOf(names);
  }

  /** The instructions of a table, one after the other. */
  public List<Line> lines(String table) {
    labels.clear();
    List<Line> lines = new ArrayList<>();
    for (String line : Fields.split(table, '\n')) {
      if (line.endsWith(":")) {
        labels.put(line.substring(0, line.length() - 1), lines.size());
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        lines.add(line(line));
      }
    }
    return lines;
  }

  private static Line line(String line) {
    int bar = line.indexOf(MEANING);
    List<String> columns = new ArrayList<>();
    for (String column : Fields.split(line.substring(0, Math.max(bar, 0)), ' ')) {
      if (!column.isEmpty()) {
        columns.add(column);
      }
    }
    if (columns.size() != COLUMNS) {
      throw new IllegalArgumentException("no instruction: " + line);
    }
    return new Line(columns, line.substring(bar + MEANING.length()));
  }

  private static long code(String column) {
    return Numeral.hexadecimal(column)
        .orElseThrow(() -> new IllegalArgumentException("no code: " + column));
  }

  private int number(String column, int at) {
    return value(column, at)
        .orElseThrow(
            () -> new IllegalArgumentException("neither a number nor a symbol: " + column));
  }

  /** A number, a symbol, or how far it is from the instruction at that index to a label. */
  private OptionalInt value(String column, int at) {
    Integer label = labels.get(column);
    if (label != null) {
      return OptionalInt.of(label - at - 1);
    }
    Integer symbol = symbols.get(column);
    if (symbol != null) {
      return OptionalInt.of(symbol);
    }
    boolean negative = column.startsWith("-");
    OptionalLong number = Numeral.decimal(negative ? column.substring(1) : column);
    return number.isPresent()
        ? OptionalInt.of((int) (negative ? -number.getAsLong() : number.getAsLong()))
        : OptionalInt.empty();
  }
}
