package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import inuse.junit.HeldPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Starts a server on a port that no other test or process is given. */
class HeldPortTest {
  @Test
  void theServerStartsTwiceOnOnePort(@HeldPort int port) throws IOException {
    for (int start = 0; start < 2; start++) {
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      server.start();
      assertEquals(port, server.getAddress().getPort());
      server.stop(0);
    }
  }
}
