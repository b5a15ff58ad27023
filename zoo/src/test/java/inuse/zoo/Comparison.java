package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import inuse.kernel.fake.Sentences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One scenario with the answers of all tools: what each printed, and how far that is right. Written
 * to a file for {@link ComparisonTable}.
 *
 * @param group the class of scenarios
 * @param scenario the sentence
 * @param cells by tool, ours first
 */
record Comparison(String group, String scenario, Map<String, Cell> cells) {
  static final String OURS = "inuse";

  private static final int LONGEST = 160;
  private static final int MAX_LINES = 3;
  private static final Path DIRECTORY = Path.of("target", "comparison");
  private static boolean cleared;

  /** How far an answer is right; see the head of the table. */
  enum Judgement {
    RIGHT("✓"),
    PARTLY("partly"),
    WRONG("✗");

    final String sign;

    Judgement(String sign) {
      this.sign = sign;
    }
  }

  Cell cell(String tool) {
    return requireNonNull(cells.get(tool), tool);
  }

  /** The output of a tool, shortened and without what differs between runs. */
  record Cell(Judgement judgement, String printed) {}

  /** What the scenario has made, as it has asserted it of our answer. */
  private record Truth(Set<Long> pids, List<JsonObject> sockets) {
    static Truth of(DiagnosisAssert diagnosis) {
      List<CauseAssert> blocking =
          diagnosis.causes().stream().filter(CauseAssert::blocksPlain).toList();
      return new Truth(
          blocking.stream()
              .flatMap(cause -> cause.holders().stream())
              .map(holder -> holder.get("pid").getAsLong())
              .collect(toCollection(TreeSet::new)),
          blocking.stream().flatMap(cause -> cause.sockets().stream()).toList());
    }

    Judgement on(Set<Long> named, String relevant) {
      if (!pids.isEmpty()) {
        boolean some = !relevant.isBlank() || named.stream().anyMatch(pids::contains);
        return named.equals(pids) ? Judgement.RIGHT : some ? Judgement.PARTLY : Judgement.WRONG;
      }
      if (relevant.isBlank()) {
        return Judgement.WRONG;
      }
      boolean whole =
          named.isEmpty()
              && !sockets.isEmpty()
              && sockets.stream().allMatch(socket -> isShown(socket, relevant));
      return whole ? Judgement.RIGHT : Judgement.PARTLY;
    }

    /** A socket without a process: its state; one whose process is hidden: its owner too. */
    private static boolean isShown(JsonObject socket, String relevant) {
      String state = socket.get("state").getAsString();
      boolean dying = state.equals("TIME_WAIT") || state.startsWith("FIN_WAIT");
      if (dying) {
        String dashed = state.replace("_WAIT", "-WAIT").replaceAll("WAIT(\\d)", "WAIT-$1");
        return relevant.contains(state) || relevant.contains(dashed);
      }
      String uid = socket.get("uid").toString();
      return relevant.contains("uid:" + uid) || relevant.matches("(?s).*\\s" + uid + "\\s.*");
    }
  }

  /** Asks the other tools, in the same place, as the same user; the first time in a scenario. */
  static void record(DiagnosisAssert diagnosis) {
    QuestionAssert question = diagnosis.question();
    String group = question.lab().group();
    Path file = DIRECTORY.resolve(group + "." + question.lab().scenario() + ".json");
    if (!question.isOfExecutable() || group.isEmpty() || !isNew(file)) {
      return;
    }
    Peer.Asked asked = Peer.Asked.of(diagnosis.target());
    Truth truth = Truth.of(diagnosis);
    Map<String, Cell> cells = new LinkedHashMap<>();
    cells.put(
        OURS,
        new Cell(
            question.holdersAreAsserted() ? Judgement.RIGHT : Judgement.PARTLY,
            printed(question.run().firstLine(), asked)));
    for (Peer peer : Peer.values()) {
      Output output = question.outputOf(peer.command(asked));
      String relevant = peer.relevant(output.standardOutput(), asked);
      cells.put(
          peer.title(),
          new Cell(truth.on(peer.pids(relevant), relevant), printed(relevant, asked)));
    }
    write(file, new Comparison(group, Sentences.of(question.lab().scenario()), cells));
  }

  /** The first lines, without pids, inodes, other ports and times. */
  private static String printed(String relevant, Peer.Asked asked) {
    String text =
        relevant
            .lines()
            .limit(MAX_LINES)
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .collect(joining(" ⏎ "))
            .replaceAll(" (ino|sk|cgroup|timer|dev):\\S+| <->| v6only:\\d| -- ", " ")
            .replaceAll("\\d+(?=sec|ms|min| s\\b)", "N")
            .replaceAll("/tmp/\\S*/", "…/")
            .replaceAll("(?<![\\d.:*\\]])(?!" + asked.name() + "\\b)\\d{3,}+(?!\\.)", "N")
            .replaceAll(":(?!" + asked.name() + "\\b)\\d{3,}\\b", ":N")
            .replaceAll("\\s+", " ")
            .strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private static synchronized boolean isNew(Path file) {
    try {
      Files.createDirectories(DIRECTORY);
      if (!cleared) {
        for (Path old : files()) {
          Files.delete(old);
        }
        cleared = true;
      }
      return !Files.exists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, Comparison comparison) {
    try {
      Files.writeString(file, new Gson().toJson(comparison));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What this run has compared so far, in the order of the table. */
  static List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    try {
      for (Path file : files()) {
        all.add(new Gson().fromJson(Files.readString(file), Comparison.class));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().toList();
    }
  }
}
