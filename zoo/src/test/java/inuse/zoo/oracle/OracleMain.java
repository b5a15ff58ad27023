package inuse.zoo.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import inuse.core.ask.Asker;
import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.Device;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.jvm.ForeignSystemCalls;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries scenarios inside a network namespace that has d0, with addresses, and d1:
 *
 * <pre>OracleMain bind|lookup WORKER REGRESSIONS SEED COUNT ok|planted</pre>
 *
 * First every line of the file REGRESSIONS, then COUNT random ones. Prints a line for each
 * disagreement, with its smallest form, and at the end one that begins with {@code done}.
 */
public final class OracleMain {
  /** Disagreements after which no more are looked for. */
  private static final int MAX = 5;

  private OracleMain() {}

  @SuppressWarnings("SystemOut") // a program for the test that starts it
  public static void main(String[] arguments) throws IOException {
    List<String> regressions = Files.readAllLines(Path.of(arguments[2]), UTF_8);
    long seed = Long.parseLong(arguments[3]);
    int count = Integer.parseInt(arguments[4]);
    Map<String, Device> devices = devices();
    Tally tally = new Tally();
    long begin = System.nanoTime();
    try (Worker worker = new Worker(Path.of(arguments[1]))) {
      SystemCalls calls = new ForeignSystemCalls();
      Host host = new Host(calls, new Proc(calls, rootWithOnly(worker.pid()).toString()));
      Asker asker = new Asker(host, new ProcHolders(host));
      boolean planted = arguments[5].equals("planted");
      boolean bind = arguments[0].equals("bind");
      Comparing trial =
          bind
              ? new Trial(worker, asker, devices, planted, tally)
              : new LookupTrial(worker, asker, devices, planted, tally);
      Drawing scenarios = bind ? new RandomScenarios(seed) : new RandomServers(seed);
      int disagreements = 0;
      for (String line : regressions) {
        if (!line.isBlank() && !line.startsWith("#")) {
          tally.count("regression");
          disagreements += report(trial, Scenario.parse(line));
        }
      }
      for (int i = 0; i < count && disagreements < MAX; i++) {
        tally.count("random");
        disagreements += report(trial, scenarios.next());
      }
    }
    long millis = (System.nanoTime() - begin) / 1_000_000;
    System.out.println("done seed=" + seed + " millis=" + millis + " " + tally);
  }

  private static Map<String, Device> devices() throws IOException {
    Map<String, Device> devices = new HashMap<>();
    for (String name : List.of("lo", "d0", "d1")) {
      int index = Optional.ofNullable(NetworkInterface.getByName(name)).orElseThrow().getIndex();
      devices.put(name, new Device(index, new Untrusted(name)));
    }
    return devices;
  }

  /**
   * A root whose /proc has one process, as if it were alone on the machine: to search all others
   * for each scenario would take most of the time.
   */
  private static Path rootWithOnly(long pid) throws IOException {
    Path root = Files.createTempDirectory("inuse-oracle-");
    root.toFile().deleteOnExit();
    Path proc = Files.createDirectory(root.resolve("proc"));
    proc.toFile().deleteOnExit();
    for (String name : List.of(Long.toString(pid), "self", "net", "sys")) {
      link(proc.resolve(name), Path.of("/proc", name));
    }
    link(root.resolve("sys"), Path.of("/sys"));
    link(root.resolve("etc"), Path.of("/etc"));
    return root;
  }

  private static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
    link.toFile().deleteOnExit();
  }

  /** One where rule and kernel disagree, else zero. */
  @SuppressWarnings("SystemOut") // see main
  private static int report(Comparing trial, Scenario scenario) {
    Optional<String> found = trial.disagreement(scenario);
    if (found.isEmpty()) {
      return 0;
    }
    System.out.println("found " + scenario + " | " + found.get());
    Shrinker shrinker = new Shrinker(smaller -> trial.disagreement(smaller).isPresent());
    Scenario smallest = shrinker.shrink(scenario);
    System.out.println(
        "disagreement " + smallest + " | " + trial.disagreement(smallest).orElse("not again"));
    return 1;
  }
}
