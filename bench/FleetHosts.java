import inuse.core.events.HistoryQuery;
import inuse.core.evidence.PortTarget;
import inuse.serve.fleet.BusOptions;
import inuse.serve.fleet.FleetCommand;
import inuse.serve.fleet.FleetMember;
import inuse.serve.fleet.Here;
import inuse.serve.fleet.HostName;
import inuse.serve.fleet.Outbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Many members of a fleet in one process, and a reader who asks all of them; for bench/fleet. */
final class FleetHosts {
  /** An answer of inuse's, with one listener and its holder. */
  private record Canned(String document) implements Here {
    @Override
    public String present(List<PortTarget> targets) {
      return document;
    }

    @Override
    public String past(HistoryQuery query) {
      return document;
    }

    @Override
    public int listeners() {
      return 7;
    }

    @Override
    public String version() {
      return "bench";
    }
  }

  private static String ask(List<String> connection, String... words) throws InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(connection);
    StringBuilder out = new StringBuilder();
    int status = new FleetCommand("bench").run(all, out);
    if (status > 1) {
      throw new IllegalStateException("status " + status + ": " + out);
    }
    return out.toString();
  }

  private static List<String> connection(Path directory, String url, String user) {
    return List.of(
        "--nats",
        url,
        "--nats-ca",
        directory.resolve("ca.pem").toString(),
        "--nats-credentials",
        directory.resolve(user + ".credentials").toString());
  }

  /** DIRECTORY URL HOSTS QUESTIONS ANSWER. */
  public static void main(String[] words) throws Exception {
    Path directory = Path.of(words[0]);
    String url = words[1];
    int hosts = Integer.parseInt(words[2]);
    int questions = Integer.parseInt(words[3]);
    String document = Files.readString(Path.of(words[4]));
    ask(connection(directory, url, "admin"), "--prepare");
    Connection tables = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("outbox"));
    for (String sql : Outbox.SCHEMA) {
      tables.createStatement().execute(sql);
    }
    List<FleetMember> members = new ArrayList<>();
    for (int i = 1; i <= hosts; i++) {
      HostName name = new HostName("host-" + i);
      BusOptions bus =
          new BusOptions(
              url,
              Optional.of(directory.resolve(name + ".credentials")),
              Optional.of(directory.resolve("ca.pem")),
              Optional.empty());
      FleetMember member =
          new FleetMember(
              bus,
              name,
              new Canned(document),
              new Outbox(name, tables),
              new CountDownLatch(1),
              said -> System.err.println(name + ": " + said));
      members.add(member);
      member.start();
    }
    List<String> reader = connection(directory, url, "reader");
    while (ask(reader).lines().count() < hosts + 2) {
      new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);
    }
    System.out.println("connected " + hosts);
    long[] took = new long[questions];
    for (int i = -5; i < questions; i++) {
      long begun = System.nanoTime();
      String answer = ask(reader, "9100", "--json", "--timeout", "10s");
      long nanos = System.nanoTime() - begun;
      int answered = answer.split("\"silent\": false", -1).length - 1;
      if (answered != hosts + 1) {
        throw new IllegalStateException(answered + " hosts have answered");
      }
      if (i >= 0) {
        took[i] = nanos / 1_000_000;
      }
    }
    Arrays.sort(took);
    System.out.println("median " + took[questions / 2]);
    System.out.println("p99 " + took[questions * 99 / 100 - (questions < 100 ? 1 : 0)]);
    System.exit(0);
  }
}
