package example;

import com.sun.net.httpserver.HttpServer;
import inuse.java.Inuse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/** A web server that says who has its port when it cannot have it. */
public final class Server {
  private Server() {}

  public static void main(String[] arguments) throws IOException {
    String port = arguments[0];
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(port)), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
    } catch (BindException refused) {
      // The JDK's message does not say which port it was.
      System.err.println(Inuse.explain(refused, port).text());
      System.exit(1);
    }
  }
}
