package inuse.serve;

import inuse.serve.fleet.FleetCommand;
import inuse.serve.fleet.FleetMember;
import inuse.serve.fleet.Here;
import inuse.serve.fleet.NatsServer;
import inuse.serve.fleet.Outbox;
import inuse.serve.input.PemFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;

/** {@code java -jar inuse-serve.jar}: one host's page and metrics, and a member of a fleet. */
public final class Serve implements AutoCloseable {
  private static final int WRONG_USAGE = 2;
  private static final int FAILED = 3;

  private final ServeOptions options;
  private final IndexQueries queries;
  private final Follower follower;
  private final Site site;
  private final Optional<FleetMember> member;
  private final Optional<NatsServer> server;
  private final Thread following;
  private volatile String failure = "the segments are not followed any more";
  private final CountDownLatch ended = new CountDownLatch(1);

  private Serve(ServeOptions options) throws IOException, SQLException {
    this.options = options;
    Optional<SSLContext> tls =
        options.tls().isPresent()
            ? Optional.of(
                PemFiles.context(options.tls().get().certificate(), options.tls().get().key()))
            : Optional.empty();
    IndexFile file = IndexFile.in(options.data());
    if (options.rebuild()) {
      try (EventIndex index = new EventIndex(file)) {
        index.clear();
      }
    }
    Optional<Outbox> outbox =
        options.fleet().isPresent()
            ? Optional.of(new Outbox(options.fleet().get().host(), file.connect()))
            : Optional.empty();
    EventIndex index = new EventIndex(file, outbox);
    queries = new IndexQueries(file);
    CurrentPorts.Look look =
        options.executable().isPresent()
            ? new ExecutableLook(options.executable().get(), options.expected())
            : new OwnLook(version(), options.expected());
    CurrentPorts current = new CurrentPorts(look);
    Metrics metrics = new Metrics(current);
    Feed feed = new Feed();
    follower = new Follower(options.directory(), index, metrics, feed);
    Gate gate = new Gate(scheme(), options.names(), options.token());
    Answers answers = new Answers(version(), queries, current, metrics, follower);
    site = new Site(options.listen(), tls, gate, answers, feed);
    Here here = new FleetHere(version(), options.executable(), queries, follower, current);
    member =
        options
            .fleet()
            .flatMap(fleet ->
                outbox.map(waiting ->
                    new FleetMember(
                        fleet.bus(),
                        fleet.host(),
                        here,
                        waiting,
                        follower.catchingUp(),
                        Complaints::say)));
    server =
        options.fleet().isPresent() && options.fleet().get().withServer()
            ? Optional.of(
                NatsServer.start(options.fleet().get().bus(), options.data().resolve("nats")))
            : Optional.empty();
    following = Thread.ofPlatform().name("follow").unstarted(this::follow);
  }

  /** Starts the command. */
  public static void main(String[] words) throws InterruptedException {
    if (words.length > 0 && words[0].equals(FleetCommand.WORD)) {
      System.exit(
          new FleetCommand(version()).run(List.of(words).subList(1, words.length), System.out));
    }
    if (List.of(words).contains("--help") || List.of(words).contains("-h")) {
      System.out.print(ServeOptions.HELP);
      return;
    }
    if (List.of(words).contains("--version") || List.of(words).contains("-V")) {
      System.out.println("inuse-serve " + version());
      return;
    }
    System.exit(run(List.of(words)));
  }

  private static int run(List<String> words) throws InterruptedException {
    ServeOptions options;
    try {
      options = ServeOptions.parse(words, System.getenv());
    } catch (IllegalArgumentException wrong) {
      Complaints.say(String.valueOf(wrong.getMessage()));
      return WRONG_USAGE;
    }
    try (Serve serve = start(options)) {
      System.out.println(serve.address());
      if (options.tls().isEmpty() && !options.listen().getAddress().isLoopbackAddress()) {
        Complaints.say("without --tls-certificate the token can be read on its way");
      }
      serve.ended.await();
      Complaints.say(serve.failure);
      return FAILED;
    } catch (IOException | SQLException failed) {
      Complaints.say(String.valueOf(failed.getMessage()));
      return FAILED;
    }
  }

  /** Opens the index, follows the segments and listens. */
  static Serve start(ServeOptions options) throws IOException, SQLException {
    Serve serve = new Serve(options);
    serve.following.start();
    serve.member.ifPresent(FleetMember::start);
    serve.site.start();
    return serve;
  }

  private void follow() {
    try {
      follower.follow();
    } catch (SQLException failed) {
      failure = "the index cannot be written: " + failed.getMessage();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  Follower follower() {
    return follower;
  }

  int port() {
    return site.port();
  }

  /** Where the page is. */
  String address() {
    InetSocketAddress listen = options.listen();
    String host = listen.getAddress().getHostAddress();
    return scheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/";
  }

  private String scheme() {
    return options.tls().isPresent() ? "https" : "http";
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Serve.class.getPackage().getImplementationVersion(), "development");
  }

  @Override
  public void close() throws SQLException {
    site.close();
    member.ifPresent(FleetMember::close);
    server.ifPresent(NatsServer::close);
    follower.stop();
    try {
      following.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    queries.close();
  }
}
