package inuse.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;

/** The page, its answers and the metrics over HTTP. A thread for each request, so that all wait. */
final class Site implements AutoCloseable {
  /** Readers of news at once; each has a connection open. */
  static final int MOST_READERS = 64;

  /** What a browser may do with the page: run our scripts, and ask here. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String EVENTS = "text/event-stream";
  private static final int BACKLOG = 64;

  /** A reader comes back by itself; one that is gone is noticed by then. */
  private static final Duration NEWS = Duration.ofMinutes(5);

  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  private final HttpServer server;
  private final Gate gate;
  private final PageFiles files = new PageFiles();
  private final Answers answers;
  private final Feed feed;
  private final Semaphore readers = new Semaphore(MOST_READERS);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  static {
    // Seconds from a connection to the whole request, and from there to the whole answer.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", String.valueOf(NEWS.toSeconds() + 30));
    System.setProperty("sun.net.httpserver.idleInterval", "30");
    System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
    System.setProperty("sun.net.httpserver.maxReqHeaderSize", String.valueOf(16 * 1024));
    System.setProperty("jdk.httpserver.maxConnections", "256");
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Listens there; what is asked before {@link #start} waits. */
  Site(InetSocketAddress address, Optional<SSLContext> tls, Gate gate, Answers answers, Feed feed)
      throws IOException {
    this.gate = gate;
    this.answers = answers;
    this.feed = feed;
    if (tls.isPresent()) {
      HttpsServer secured = HttpsServer.create(address, BACKLOG);
      secured.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
      server = secured;
    } else {
      server = HttpServer.create(address, BACKLOG);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      addHeaders(exchange.getResponseHeaders());
      Optional<Reply> refusal =
          gate.refusal(exchange.getRequestMethod(), exchange.getRequestHeaders());
      String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
      if (refusal.isPresent()) {
        send(exchange, refusal.get());
      } else if (path.equals("/api/news")) {
        news(exchange);
      } else {
        send(exchange, reply(path, exchange));
      }
    } catch (IOException gone) {
      // The connection is closed: there is no one to tell.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(String path, HttpExchange exchange) throws InterruptedException {
    Optional<Reply> file = files.at(path);
    if (file.isPresent()) {
      return file.get();
    }
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    return answers.to(path, query).orElseGet(() -> Reply.text(404, "there is no such page"));
  }

  private static void addHeaders(Headers headers) {
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    if (reply.status() == 401) {
      headers.set("WWW-Authenticate", "Basic realm=\"inuse\", charset=\"UTF-8\"");
    }
    if (reply.status() == 405) {
      headers.set("Allow", "GET, HEAD");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(reply.length()));
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(reply.status(), reply.length());
    try (OutputStream out = exchange.getResponseBody()) {
      reply.writeTo(out);
    }
  }

  /** Server-sent events: that there is something new, and not what. */
  private void news(HttpExchange exchange) throws IOException, InterruptedException {
    if (!readers.tryAcquire()) {
      send(exchange, Reply.text(503, "there are " + MOST_READERS + " readers already"));
      return;
    }
    try {
      if (exchange.getRequestMethod().equals("HEAD")) {
        send(exchange, new Reply(200, EVENTS, new byte[0]));
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", EVENTS);
      exchange.sendResponseHeaders(200, 0);
      tell(exchange.getResponseBody());
    } finally {
      readers.release();
    }
  }

  private void tell(OutputStream out) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Feed.Count seen = feed.count();
    write(out, "retry: 1000\n\n");
    while (System.nanoTime() - begun < NEWS.toNanos()) {
      Feed.Count now = feed.after(seen, SIGN_OF_LIFE);
      StringBuilder text = new StringBuilder();
      if (now.refused() != seen.refused()) {
        text.append("event: refused\ndata: \n\n");
      }
      if (now.sockets() != seen.sockets()) {
        text.append("event: sockets\ndata: \n\n");
      }
      write(out, text.isEmpty() ? ":\n\n" : text.toString());
      seen = now;
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
