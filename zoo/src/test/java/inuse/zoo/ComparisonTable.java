package inuse.zoo;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** docs/comparison.md: scenarios × tools. */
record ComparisonTable(List<Comparison> comparisons) {
  private static final String HEAD =
      """
      # Who says what

      Every scenario of the zoo in which a port cannot be bound, made for real, and what each tool said about it. Written by
      the zoo itself (`mvn verify -Dcomparison.write=true`); `mvn verify` fails when a judgement is no longer true.

      Each tool is run where `inuse` is run, by the same user, under the same circumstances, as somebody would who knows it
      well: `ss -H -tanpe 'sport = :PORT'`, `lsof -w -nP -iTCP:PORT`, `fuser PORT/tcp`, `netstat -tanpe --wide` (the lines with that
      local port), the same with `-u`, and `ss -xap src PATH`, `lsof PATH`, `fuser PATH`, `netstat -xap` for unix sockets. Shown are the
      first lines, with N where a number differs from run to run.

      | | |
      |---|---|
      | ✓ | names all the processes that hold it and no others; where no process does, shows the state of every socket (TIME_WAIT, FIN_WAIT2), or, where the process is hidden from this user, the owner's uid |
      | partly | says something that is true: some of the processes, others besides, or the socket without its process |
      | ✗ | prints nothing, or only what has nothing to do with it |
      """;

  String markdown() {
    return Stream.concat(
            Stream.of(HEAD, totals()), groups().entrySet().stream().map(ComparisonTable::section))
        .collect(joining("\n"));
  }

  /** The scenarios and judgements of a table, without what was printed. */
  static List<String> judgements(String markdown) {
    return markdown
        .lines()
        .filter(line -> line.startsWith("| ") && line.contains("<br>"))
        .map(line -> line.replaceAll("<br>.*?(?= \\| | \\|$)", ""))
        .toList();
  }

  private Map<String, List<Comparison>> groups() {
    Map<String, List<Comparison>> groups = new LinkedHashMap<>();
    for (Comparison comparison : comparisons) {
      groups.computeIfAbsent(comparison.group(), _ -> new ArrayList<>()).add(comparison);
    }
    return groups;
  }

  private static List<String> tools() {
    return Stream.concat(Stream.of(Comparison.OURS), Stream.of(Peer.values()).map(Peer::title))
        .toList();
  }

  private String totals() {
    return "Right in all of %d scenarios: %s.\n"
        .formatted(
            comparisons.size(),
            tools().stream()
                .map(tool -> "%s %d".formatted(tool, right(tool)))
                .collect(joining(", ")));
  }

  private long right(String tool) {
    return comparisons.stream()
        .filter(one -> one.cell(tool).judgement() == Comparison.Judgement.RIGHT)
        .count();
  }

  private static String section(Map.Entry<String, List<Comparison>> group) {
    String rows = group.getValue().stream().map(ComparisonTable::row).collect(joining("\n"));
    return "## %s\n\n| scenario | %s |\n|---|%s\n%s\n"
        .formatted(
            group.getKey().replaceAll("Test$", ""),
            String.join(" | ", tools()),
            "---|".repeat(tools().size()),
            rows);
  }

  private static String row(Comparison comparison) {
    return Stream.concat(
            Stream.of(comparison.scenario()),
            tools().stream().map(tool -> cell(comparison.cell(tool))))
        .collect(joining(" | ", "| ", " |"));
  }

  private static String cell(Comparison.Cell cell) {
    String printed =
        cell.printed().isEmpty()
            ? "(nothing)"
            : "`" + cell.printed().replace("|", "\\|").replace("`", "'") + "`";
    return cell.judgement().sign + "<br>" + printed;
  }
}
