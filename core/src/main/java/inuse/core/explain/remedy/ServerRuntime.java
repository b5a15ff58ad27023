package inuse.core.explain.remedy;

import inuse.core.evidence.Holder;

/** The language or runtime of a server, with the line that sets SO_REUSEADDR in it. */
public enum ServerRuntime {
  PYTHON(
      "Python: sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) before bind; http.server,"
          + " asyncio and socket.create_server set it already, socketserver wants"
          + " allow_reuse_address = True"),
  JAVA(
      "Java: serverSocket.setReuseAddress(true) before bind; ServerSocket and ServerSocketChannel"
          + " set it already on Linux"),
  NODE("Node sets it already, for every net.createServer()"),
  NGINX("nginx sets it already, for every listen"),
  C(
      "C: setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) before bind; off by"
          + " default");

  private final String line;

  ServerRuntime(String line) {
    this.line = line;
  }

  /** The runtime of a process, by its program; C where the program is unknown. */
  public static ServerRuntime of(Holder holder) {
    String program = holder.program().bytes();
    if (program.startsWith("python") || program.startsWith("pypy")) {
      return PYTHON;
    }
    return switch (program) {
      case "java" -> JAVA;
      case "node", "nodejs" -> NODE;
      case "nginx" -> NGINX;
      default -> C;
    };
  }

  /** The line, and what the runtime does by default. */
  public String line() {
    return line;
  }

  /** The advice for an unknown runtime. */
  public static String briefly() {
    return "Java, Node, nginx and Python's http.server do so already; a plain socket in Python:"
        + " sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), in C: setsockopt(fd,"
        + " SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), before bind";
  }
}
