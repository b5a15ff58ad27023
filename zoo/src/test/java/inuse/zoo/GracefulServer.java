package inuse.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server for 127.0.0.1:8080 that ends in order. */
enum GracefulServer {
  RAW,
  NON_BLOCKING,
  SHUTS_DOWN_ITS_LISTENER,
  HTTP_SERVER,
  NODE_HTTP,
  NGINX_TWO_SOCKETS;

  /** Answers whoever calls until SIGTERM, and then those whom it has accepted. */
  private static final String RAW_PYTHON =
      """
      import os, select, signal, socket, sys
      ending = False
      def end(*_):
          global ending
          ending = True
      signal.signal(signal.SIGTERM, end)
      s = socket.socket()
      s.bind(("127.0.0.1", 8080))
      s.listen(1000)
      if "nonblocking" in sys.argv:
          s.setblocking(False)
      print("ready", os.getpid(), s.fileno(), flush=True)
      while not ending:
          if select.select([s], [], [], 0.02)[0]:
              try:
                  c, _ = s.accept()
              except BlockingIOError:
                  continue
              c.setblocking(True)
              c.recv(100)
              c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
              c.close()
      if "shuts-down" in sys.argv:
          s.shutdown(socket.SHUT_RDWR)
      if "lingers" in sys.argv:
          print("lingers", flush=True)
          sys.stdin.readline()
      s.close()
      """;

  private static final String PYTHON_HTTP =
      """
      import http.server, signal, threading
      class Handler(http.server.SimpleHTTPRequestHandler):
          def log_message(self, *_): pass
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Handler)
      server.daemon_threads = False
      signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
      def end():
          signal.sigwait([signal.SIGTERM])
          server.shutdown()
      threading.Thread(target=end).start()
      server.serve_forever(0.02)
      server.server_close()
      """;

  private static final String NODE =
      """
      const server = require('http').createServer((request, response) => {
        response.setHeader('Connection', 'close');
        response.end('here');
      });
      server.listen(8080, '127.0.0.1');
      process.on('SIGTERM', () => server.close(() => process.exit(0)));
      """;

  private static final String NGINX =
      """
      daemon off;
      user root;
      pid DIRECTORY/pid;
      error_log stderr;
      worker_processes 2;
      events {}
      http {
        access_log off;
        keepalive_timeout 0;
        server {
          listen 127.0.0.1:8080;
          listen 127.0.0.1:8081;
          location / { return 200 "here"; }
        }
      }
      """;

  List<String> command(Path directory) throws IOException {
    return switch (this) {
      case RAW -> raw("");
      case NON_BLOCKING -> raw("nonblocking");
      case SHUTS_DOWN_ITS_LISTENER -> raw("shuts-down");
      case HTTP_SERVER -> List.of(Programs.python(), "-c", PYTHON_HTTP);
      case NODE_HTTP -> List.of(Lab.requireProgram("node"), "-e", NODE);
      case NGINX_TWO_SOCKETS -> {
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, NGINX.replace("DIRECTORY", directory.toString()));
        yield List.of(Lab.requireProgram("nginx"), "-c", configuration.toString());
      }
    };
  }

  /** What asks it to end in order. */
  String signal() {
    return this == NGINX_TWO_SOCKETS ? "QUIT" : "TERM";
  }

  static List<String> raw(String manner) {
    return List.of(Programs.python(), "-c", RAW_PYTHON, manner);
  }
}
