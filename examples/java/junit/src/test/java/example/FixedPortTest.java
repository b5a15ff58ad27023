package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import inuse.junit.RequiresFreePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Needs that very port, and says who has it where it is not free. */
class FixedPortTest {
  @Test
  @RequiresFreePort(8080)
  void theServerListens() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.start();
    assertEquals(8080, server.getAddress().getPort());
    server.stop(0);
  }
}
