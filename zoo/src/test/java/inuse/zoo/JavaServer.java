package inuse.zoo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server in Java that accepts one connection, closes its listener and keeps the connection. */
final class JavaServer {
  private JavaServer() {}

  @SuppressWarnings("SystemOut") // how the test learns how far it is
  static void main() throws IOException {
    Socket connection;
    try (ServerSocket listener = new ServerSocket(8080, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      System.out.println("listening");
      connection = listener.accept();
    }
    try (connection) {
      System.out.println("ready");
      // Ends when the test closes the pipe, or dies.
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }
}
