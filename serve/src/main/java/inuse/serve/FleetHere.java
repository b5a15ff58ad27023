package inuse.serve;

import inuse.core.Inuse;
import inuse.core.events.HistoryQuery;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Question;
import inuse.core.explain.Diagnosis;
import inuse.core.io.Host;
import inuse.jvm.ForeignSystemCalls;
import inuse.render.HistoryJson;
import inuse.render.JsonAnswer;
import inuse.render.JsonLayout;
import inuse.serve.fleet.Here;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What this host says to the fleet: by itself, or by an executable that may see more. */
final class FleetHere implements Here {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final String version;
  private final Optional<Path> executable;
  private final IndexQueries index;
  private final Follower follower;
  private final CurrentPorts current;

  FleetHere(
      String version,
      Optional<Path> executable,
      IndexQueries index,
      Follower follower,
      CurrentPorts current) {
    this.version = version;
    this.executable = executable;
    this.index = index;
    this.follower = follower;
    this.current = current;
  }

  @Override
  public String present(List<PortTarget> targets) throws IOException, InterruptedException {
    return executable.isPresent()
        ? ExecutableLook.output(command(executable.get(), targets))
        : look(targets);
  }

  /** A question, whatever the targets are: each is a number with an address. */
  static List<String> command(Path executable, List<PortTarget> targets) {
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    targets.forEach(one -> command.add(one.toString()));
    command.addAll(List.of("--json", "--deadline", DEADLINE.toMillis() + "ms"));
    return command;
  }

  private String look(List<PortTarget> targets) {
    try (Inuse inuse = Inuse.open(Host.of(new ForeignSystemCalls()).within(DEADLINE))) {
      List<Diagnosis> answers = new ArrayList<>();
      for (PortTarget target : targets) {
        answers.add(inuse.ask(new Question<>(target, inuse.newcomer(), true)));
      }
      return JsonAnswer.of(version, answers, JsonLayout.LINE);
    }
  }

  @Override
  public String past(HistoryQuery query) throws IOException {
    try {
      boolean running = follower.recorder() == Follower.Recorder.RUNNING;
      return HistoryJson.of(version, index.history(query, running), JsonLayout.LINE);
    } catch (SQLException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  @Override
  public int listeners() throws InterruptedException {
    try {
      return current.now().listeners().values().stream().mapToInt(Integer::intValue).sum();
    } catch (IOException unknown) {
      return -1;
    }
  }

  @Override
  public String version() {
    return version;
  }
}
