package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers listen on the ports that the build holds, in a JVM of their own. */
class PortsOfTheBuildTest {
  @ParameterizedTest
  @ValueSource(strings = {"http.port", "admin.port", "database.port"})
  void aServerListens(String property) throws IOException {
    int port = Integer.getInteger(property);

    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.start();

    assertEquals(port, server.getAddress().getPort());
    server.stop(0);
  }
}
