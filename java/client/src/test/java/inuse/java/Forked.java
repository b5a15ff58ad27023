package inuse.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** What a JVM of its own does for a test. */
final class Forked {
  private Forked() {}

  public static void main(String[] words) throws Exception {
    switch (words[0]) {
      case "executable" -> executable();
      case "all" -> all();
      case "exhaust" -> exhaust(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      default -> throw new IllegalArgumentException(Arrays.toString(words));
    }
  }

  private static void executable() {
    try {
      System.out.println("found " + Inuse.executable());
      System.out.println("answered " + Inuse.ask("1").target());
    } catch (InuseException e) {
      System.out.println("none " + e.getMessage());
      Explanation explanation =
          Inuse.explain(new BindException("Failed to bind to /127.0.0.1:8080"));
      System.out.println("explained " + explanation.kind() + " " + explanation.text());
    }
  }

  /** Each of the methods once. */
  private static void all() throws Exception {
    System.out.println("java " + Runtime.version().feature());
    busy();
    try (HeldPorts held = HeldPorts.take(2);
        ServerSocket server = new ServerSocket(held.port(0))) {
      String target = String.valueOf(server.getLocalPort());
      System.out.println("ask " + Inuse.ask(target).verdict());
      System.out.println(
          "explain "
              + Inuse.explain(new BindException("Failed to bind to /[::]:" + target)).kind());
      System.out.println("await " + Inuse.awaitFree(target, Duration.ofMillis(1)));
      System.out.println("free " + Inuse.free(target, plan -> true).outcome());
      System.out.println("held " + Inuse.ask(held.held().get(1).toString()).verdict());
    }
  }

  /** A file that is open for writing becomes a program as soon as it is closed. */
  private static void busy() throws Exception {
    Path file = Files.createTempFile("inuse-busy", "");
    Files.copy(Inuse.executable(), file, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE);
    Thread closes =
        new Thread(() -> {
          try {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            open.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    closes.start();
    List<String> command = List.of(file.toString(), "--version");
    try (ChildProcess child = ChildProcess.start(command, Inuse.PATIENCE)) {
      System.out.println("busy " + !open.isOpen() + " " + child.untilEnd().startsWith("inuse "));
    }
    closes.join();
    Files.delete(file);
  }

  /**
   * Holds two ports of a narrow range, and takes all others of it, by binds to port 0 and by
   * connections, until both are refused.
   */
  private static void exhaust(int one, int two) throws IOException {
    HeldPort first = HeldPort.take(one);
    HeldPort second = HeldPort.take(two);
    ServerSocket server = new ServerSocket(1024, 100);
    System.out.println("bound " + untilRefused(socket -> socket.bind(new InetSocketAddress(0))));
    System.out.println(
        "connected "
            + untilRefused(socket ->
                socket.connect(
                    new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), server.getLocalPort()))));
    System.out.println("held " + List.of(first.isKept(), second.isKept()));
  }

  /** A way to be given a port. */
  private interface Way {
    void on(SocketChannel socket) throws IOException;
  }

  private static Set<Integer> untilRefused(Way way) throws IOException {
    List<SocketChannel> taken = new ArrayList<>();
    Set<Integer> ports = new TreeSet<>();
    try {
      while (true) {
        SocketChannel socket = SocketChannel.open();
        taken.add(socket);
        way.on(socket);
        ports.add(socket.socket().getLocalPort());
      }
    } catch (SocketException e) {
      for (SocketChannel socket : taken) {
        socket.close();
      }
    }
    return ports;
  }
}
