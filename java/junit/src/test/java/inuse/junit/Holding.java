package inuse.junit;

import java.net.ServerSocket;
import java.util.List;

/** Listens on a port while a command runs. */
final class Holding {
  private Holding() {}

  /**
   * Holds it.
   *
   * @param words the port, and the command
   */
  public static void main(String[] words) throws Exception {
    try (ServerSocket server = new ServerSocket(Integer.parseInt(words[0]))) {
      List<String> command = List.of(words).subList(1, words.length);
      new ProcessBuilder(command).inheritIO().start().waitFor();
      System.out.println("held " + server.getLocalPort());
    }
  }
}
