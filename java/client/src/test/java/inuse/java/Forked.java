package inuse.java;

import java.net.BindException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;

/** What a JVM of its own does for a test. */
final class Forked {
  private Forked() {}

  public static void main(String[] words) throws Exception {
    switch (words[0]) {
      case "executable":
        executable();
        break;
      case "all":
        all();
        break;
      default:
        throw new IllegalArgumentException(Arrays.toString(words));
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
}
