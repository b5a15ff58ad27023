package inuse.serve.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Moment;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.serve.input.PemFiles;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A nats-server of a test's own, with the configuration of examples/nats as it is. */
public final class FleetLab implements AutoCloseable {
  private static final Path EXAMPLE = Path.of(System.getProperty("serve.nats.example"));
  private static final Pattern PORT = Pattern.compile("//127\\.0\\.0\\.1:(?<port>\\d+)");
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path directory;
  private final String address;
  private final List<String> inside;
  private Optional<Process> server = Optional.empty();
  private int port;

  /** What a command said, and its exit status. */
  public record Said(int status, String text) {
    /** As JSON. */
    public JsonValue json() {
      return JsonReader.parse(text).orElseThrow();
    }
  }

  /** What the stream has: how many messages, and their ids. */
  public record Stored(long count, Set<String> ids) {}

  private FleetLab(Path directory, String address, List<String> inside, int port) {
    this.directory = directory;
    this.address = address;
    this.inside = inside;
    this.port = port;
  }

  /** A server on loopback, at a port that is free. */
  public static FleetLab onLoopback(Path directory, String... hosts)
      throws IOException, InterruptedException {
    FleetLab lab = new FleetLab(directory, "127.0.0.1", List.of(), -1);
    lab.make("127.0.0.1", hosts);
    lab.startServer();
    lab.prepare();
    return lab;
  }

  /**
   * A server somewhere else, at its usual port.
   *
   * @param inside words before a command that run it there
   * @param addresses of the server; the first is the one that is asked from here
   */
  public static FleetLab there(
      Path directory, List<String> inside, List<String> addresses, String... hosts)
      throws IOException, InterruptedException {
    FleetLab lab = new FleetLab(directory, addresses.getFirst(), inside, 4222);
    lab.make(String.join(",", addresses), hosts);
    lab.startServer();
    lab.prepare();
    return lab;
  }

  private void make(String servers, String... hosts) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(EXAMPLE.resolve("make-fleet").toString(), directory.toString(), servers));
    command.addAll(List.of(hosts));
    Process make = new ProcessBuilder(command).inheritIO().start();
    assertThat(make.waitFor()).isZero();
  }

  /** Starts the server, at the port that it had before if there was one. */
  public void startServer() throws IOException {
    List<String> command = new ArrayList<>(inside);
    command.addAll(List.of("nats-server", "-c", "nats-server.conf"));
    if (inside.isEmpty()) {
      command.addAll(List.of("-a", address, "-p", Integer.toString(port), "--ports_file_dir", "."));
    }
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("nats.log").toFile()))
            .start();
    server = Optional.of(process);
    if (port < 0) {
      Path file = directory.resolve("nats-server_" + process.pid() + ".ports");
      await("a port", () -> port(file) > 0);
      port = port(file);
    }
  }

  private static int port(Path file) {
    try {
      Matcher matcher = PORT.matcher(Files.readString(file));
      return matcher.find() ? Integer.parseInt(matcher.group("port")) : -1;
    } catch (IOException early) {
      return -1;
    }
  }

  /** Stops it, so that what is sent to it is not read. */
  public void freezeServer() throws IOException, InterruptedException {
    String pid = Long.toString(server.orElseThrow().pid());
    assertThat(new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor()).isZero();
  }

  /** Waits until that many bytes were sent to it that it has not read. */
  public void awaitUnread(int bytes) {
    await("something that is not read", () -> unread() >= bytes);
  }

  /** Bytes in the queues of its connections, by proc_net_tcp.txt of the kernel. */
  private long unread() {
    String local = ":%04X".formatted(port);
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
      return lines
          .map(line -> line.strip().split("\\s+", -1))
          .filter(words -> words[1].endsWith(local) && words[3].equals("01"))
          .mapToLong(words -> Long.parseLong(words[4].substring(9), 16))
          .sum();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Kills it as SIGKILL does. */
  public void killServer() throws InterruptedException {
    Process process = server.orElseThrow();
    // What runs it in another namespace becomes it.
    process.destroyForcibly().waitFor();
  }

  private void prepare() throws IOException, InterruptedException {
    try (Bus bus = admin()) {
      Preparation.of(bus);
    }
  }

  private BusOptions options(String credentials) {
    return new BusOptions(
        "tls://" + address + ":" + port,
        Optional.of(directory.resolve(credentials + ".credentials")),
        Optional.of(directory.resolve("ca.pem")),
        Optional.<PemFiles.Pair>empty());
  }

  private Bus admin() throws IOException, InterruptedException {
    BusOptions options = options("admin");
    long until = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        return Bus.connect(options, "admin", said -> {});
      } catch (IOException early) {
        if (System.nanoTime() > until) {
          throw early;
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  /** The words that make a server of the page a member with that name and those credentials. */
  public List<String> member(String at, String host, String credentials) {
    List<String> words = new ArrayList<>(connection(at, credentials));
    words.addAll(List.of("--host", host));
    return words;
  }

  /** The same at the address that is asked from here, with the host's own credentials. */
  public List<String> member(String host) {
    return member(address, host, host);
  }

  private List<String> connection(String at, String credentials) {
    return List.of(
        "--nats",
        "tls://" + at + ":" + port,
        "--nats-ca",
        directory.resolve("ca.pem").toString(),
        "--nats-credentials",
        directory.resolve(credentials + ".credentials").toString());
  }

  /** Asks the fleet as a reader. */
  public Said ask(String... words) throws InterruptedException {
    return askAt(address, words);
  }

  /** Asks by another name of the server. */
  public Said askAt(String at, String... words) throws InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(connection(at, "reader"));
    StringBuilder out = new StringBuilder();
    int status = new FleetCommand("test").run(all, out);
    return new Said(status, out.toString());
  }

  /**
   * How many refused binds of the last minutes a host tells of, asked by a clock that is that far
   * behind its own.
   */
  public int refusedBy(String host, Duration behind)
      throws IOException, InterruptedException, TimeoutException {
    long now = System.currentTimeMillis() - behind.toMillis();
    FleetQuestion question =
        new FleetQuestion(
            QuestionId.random(),
            new Moment(now),
            new FleetQuestion.Past(List.of(), new Moment(now - 900_000), new Moment(now), true));
    try (Bus bus = Bus.connect(options("reader"), "reader", said -> {})) {
      Subscription answers = bus.connection().subscribe(Subjects.answers(question.id()));
      bus.connection()
          .publish(
              Subjects.ask(new HostName(host)), question.json().getBytes(StandardCharsets.UTF_8));
      Message message = Objects.requireNonNull(answers.nextMessage(LONG));
      HostAnswer answer = HostAnswer.read(new HostName(host), message.getData());
      return answer.document().orElseThrow().at("entries").items().size();
    }
  }

  /** Waits until the fleet knows so many hosts. */
  public void awaitHosts(int count) {
    await(
        count + " hosts",
        () -> {
          try {
            return ask("--json").json().at("hosts").items().size() == count;
          } catch (InterruptedException hurried) {
            throw new IllegalStateException(hurried);
          }
        });
  }

  /** Sends something as a member that does not keep to the rules. */
  public void publishAs(String credentials, String subject, byte[] message)
      throws IOException, InterruptedException {
    try (Bus bus = Bus.connect(options(credentials), credentials, said -> {})) {
      bus.connection().publish(subject, message);
      try {
        bus.connection().flush(LONG);
      } catch (TimeoutException late) {
        throw new IOException(late);
      }
    }
  }

  /** Lets the server forget ids as soon as it can. */
  public void forgetIds() throws IOException, InterruptedException, JetStreamApiException {
    try (Bus bus = admin()) {
      StreamConfiguration now = bus.management().getStreamInfo(Subjects.STREAM).getConfiguration();
      bus.management()
          .updateStream(
              StreamConfiguration.builder(now).duplicateWindow(Duration.ofMillis(100)).build());
    }
  }

  /** What the stream has. */
  public Stored stored() throws IOException, InterruptedException, JetStreamApiException {
    try (Bus bus = admin()) {
      long count = bus.management().getStreamInfo(Subjects.STREAM).getStreamState().getMsgCount();
      ConsumerConfiguration all =
          ConsumerConfiguration.builder()
              .name(QuestionId.random())
              .filterSubject("inuse.event.>")
              .deliverPolicy(DeliverPolicy.All)
              .ackPolicy(AckPolicy.None)
              .headersOnly(true)
              .build();
      String name = bus.management().createConsumer(Subjects.STREAM, all).getName();
      JetStreamSubscription subscription =
          bus.stream().subscribe(null, PullSubscribeOptions.bind(Subjects.STREAM, name));
      Set<String> ids = new HashSet<>();
      for (long left = count; left > 0; ) {
        List<Message> messages = subscription.fetch((int) Math.min(left, 500), LONG);
        messages.forEach(
            one -> ids.add(Objects.requireNonNull(one.getHeaders()).getFirst("Nats-Msg-Id")));
        left -= messages.size();
        assertThat(messages).isNotEmpty();
      }
      return new Stored(count, ids);
    }
  }

  /** How many messages the stream has. */
  public long count() {
    try (Bus bus = admin()) {
      return bus.management().getStreamInfo(Subjects.STREAM).getStreamState().getMsgCount();
    } catch (IOException | JetStreamApiException | InterruptedException failed) {
      return -1;
    }
  }

  /** What the server wrote. */
  public Stream<String> log() throws IOException {
    return Files.readAllLines(directory.resolve("nats.log")).stream();
  }

  /** Waits for something, for a minute at most. */
  public static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(until);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    if (server.isPresent()) {
      server.get().destroy();
      try {
        server.get().waitFor();
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
