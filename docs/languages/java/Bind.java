import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Binds port 8080 and ends. */
class Bind {
  public static void main(String[] arguments) throws Exception {
    // [snippet]
    ServerSocket server = new ServerSocket(); // not bound yet
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(8080));
    // [end]
    System.out.println("bound");
    server.close();
  }
}
