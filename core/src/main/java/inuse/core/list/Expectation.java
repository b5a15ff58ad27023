package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What should be bound on a host, without what differs from run to run: pids, users of ports that
 * the kernel chose, connections and what is left of them.
 */
public record Expectation(List<Entry> entries) {
  /** The first line of a file with one. */
  public static final String TITLE = "# inuse.expected/1";

  /** The program of a process that could not be seen, and any program where one is expected. */
  public static final String ANY = "?";

  private static final int FIELDS = 4;

  public Expectation {
    entries = List.copyOf(entries);
  }

  /**
   * One place that is served.
   *
   * @param protocol {@code tcp}, {@code udp} or {@code unix}
   * @param place the port, or the name of a unix socket
   * @param reach a word of {@link Reach.Kind}
   * @param program its executable and script
   */
  public record Entry(String protocol, Untrusted place, String reach, Untrusted program) {
    boolean isSamePlace(Entry other) {
      return protocol.equals(other.protocol) && place.equals(other.place);
    }

    boolean isSameProgram(Entry other) {
      return program.equals(other.program)
          || program.bytes().equals(ANY)
          || other.program.bytes().equals(ANY);
    }

    boolean is(Entry other) {
      return isSamePlace(other) && reach.equals(other.reach) && isSameProgram(other);
    }

    private String line() {
      return String.join("\t", protocol, escaped(place), reach, escaped(program));
    }
  }

  /**
   * What is served by these rows.
   *
   * @param ephemeral UDP ports of which are clients', that is, mostly not told by their sockets
   */
  public static Expectation of(List<Row> rows, Optional<Range> ephemeral) {
    Set<Entry> entries = new LinkedHashSet<>();
    for (Row row : rows) {
      Untrusted program = row.holder().map(Expectation::program).orElse(new Untrusted(ANY));
      switch (row.held()) {
        case Row.Held.Ports ports -> {
          for (Port port : ports.ports()) {
            if (isServed(ports, port, ephemeral)) {
              entries.add(
                  new Entry(
                      ports.protocol().word(),
                      new Untrusted(port.toString()),
                      ports.reach().kind().word(),
                      program));
            }
          }
        }
        case Row.Held.Name(var socket) ->
            entries.add(new Entry("unix", socket.name(), Reach.Kind.LOCAL.word(), program));
      }
    }
    return new Expectation(List.copyOf(entries));
  }

  private static boolean isServed(Row.Held.Ports held, Port port, Optional<Range> ephemeral) {
    boolean client =
        held.protocol() == Protocol.UDP && ephemeral.filter(one -> one.contains(port)).isPresent();
    return !client
        && held.sockets().stream()
            .anyMatch(one ->
                one.local().port().equals(port)
                    && (one.state() == SocketState.LISTEN || one.state() == SocketState.BOUND));
  }

  private static Untrusted program(Holder holder) {
    Program program = Program.of(holder);
    return new Untrusted(
        program.name().bytes() + program.script().map(one -> " " + one.bytes()).orElse(""));
  }

  /** The lines of a file. */
  public String text() {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    entries.stream().map(Entry::line).sorted().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Reads such a file; empty where it is another one. */
  public static Optional<Expectation> parse(String text) {
    List<Entry> entries = new ArrayList<>();
    if (!text.startsWith(TITLE + "\n")) {
      return Optional.empty();
    }
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      String line = text.substring(from, end);
      from = end + 1;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      List<String> fields = fields(line);
      if (fields.size() != FIELDS) {
        return Optional.empty();
      }
      entries.add(
          new Entry(fields.get(0), plain(fields.get(1)), fields.get(2), plain(fields.get(3))));
    }
    return Optional.of(new Expectation(entries));
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    int from = 0;
    int tab = line.indexOf('\t');
    while (tab >= 0) {
      fields.add(line.substring(from, tab));
      from = tab + 1;
      tab = line.indexOf('\t', from);
    }
    fields.add(line.substring(from));
    return fields;
  }

  /** A text without what would end a field or a line. */
  private static String escaped(Untrusted text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.bytes().length(); i++) {
      char one = text.bytes().charAt(i);
      boolean plain = one >= ' ' && one != '\\' && one != 0x7f;
      out.append(plain ? String.valueOf(one) : "\\x" + hex(one >> 4) + hex(one & 0xf));
    }
    return out.toString();
  }

  private static char hex(int digit) {
    return (char) (digit < 10 ? '0' + digit : 'a' + digit - 10);
  }

  private static Untrusted plain(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int value =
          text.startsWith("\\x", i) && i + 3 < text.length()
              ? 16 * digit(text.charAt(i + 2)) + digit(text.charAt(i + 3))
              : -1;
      out.append(value < 0 ? text.charAt(i) : (char) value);
      i += value < 0 ? 0 : 3;
    }
    return new Untrusted(out.toString());
  }

  private static int digit(char one) {
    return one >= '0' && one <= '9' ? one - '0' : one >= 'a' && one <= 'f' ? one - 'a' + 10 : -256;
  }

  /** What differs. */
  public sealed interface Difference {
    /** It should be there and is not. */
    record Missing(Entry expected) implements Difference {}

    /** It is there and should not be. */
    record Unexpected(Entry found) implements Difference {}

    /** Another program has the place. */
    record AnotherProgram(Entry expected, Entry found) implements Difference {}

    /** The same program can be reached by others. */
    record AnotherReach(Entry expected, Entry found) implements Difference {}
  }

  /** How what is there differs from this. */
  public List<Difference> differences(Expectation there) {
    List<Entry> missing = new ArrayList<>(entries);
    List<Entry> found = new ArrayList<>();
    for (Entry one : there.entries) {
      Optional<Entry> same = missing.stream().filter(one::is).findFirst();
      same.ifPresentOrElse(missing::remove, () -> found.add(one));
    }
    List<Difference> differences = new ArrayList<>();
    for (Entry expected : missing) {
      Optional<Entry> instead = found.stream().filter(expected::isSamePlace).findFirst();
      instead.ifPresent(found::remove);
      differences.add(
          instead.map(one -> changed(expected, one)).orElse(new Difference.Missing(expected)));
    }
    found.forEach(one -> differences.add(new Difference.Unexpected(one)));
    return differences;
  }

  private static Difference changed(Entry expected, Entry found) {
    return expected.isSameProgram(found)
        ? new Difference.AnotherReach(expected, found)
        : new Difference.AnotherProgram(expected, found);
  }
}
