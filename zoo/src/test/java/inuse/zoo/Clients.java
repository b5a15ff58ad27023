package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Real clients that connect to a port by each of these names, and servers that tell who they are.
 *
 * @param others who answers where it is no server of ours
 */
record Clients(Lab lab, int port, List<String> names, List<Long> others) {
  /** Enough of them that one of two who share gets none by chance once in 500 million runs. */
  private static final String TIMES = "30";

  private static final String SERVER =
      """
      import os, socket, sys
      address, port, options = sys.argv[2], int(sys.argv[3]), sys.argv[4:]
      six = ":" in address
      s = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
      if six: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, "v6only" in options)
      if "reuseport" in options: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
      if "reuseaddr" in options: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.bind((address, port))
      s.listen(64)
      print("pid", os.getpid(), flush=True)
      while True:
        client, _ = s.accept()
        client.recv(100)
        client.sendall(b"pid %d\\n" % os.getpid())
        client.close()
      """;

  /** Prints NAME and, for each connection, who answered: a pid, nobody, or another. */
  private static final String CLIENT =
      """
      import socket, sys
      port, times = int(sys.argv[1]), int(sys.argv[2])
      for name in sys.argv[3:]:
        got = []
        for i in range(times):
          try:
            with socket.create_connection((name, port), 5) as s:
              s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
              words = s.recv(100).split()
              got.append(words[1].decode() if words[0] == b"pid" else "another")
          except ConnectionRefusedError:
            got.append("nobody")
        print(name, *sorted(set(got)))
      """;

  static Clients of(Lab lab, int port, String... addresses) {
    return new Clients(lab, port, List.of("localhost", "127.0.0.1", "::1"), List.of())
        .with(addresses);
  }

  Clients with(String... more) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of(more));
    return new Clients(lab, port, all, others);
  }

  /** What is no server of ours is one of these processes. */
  Clients answeredBy(long... pids) {
    return new Clients(lab, port, names, Arrays.stream(pids).boxed().toList());
  }

  /** A server at one address, which tells its clients its pid. */
  static Running server(Lab lab, String address, int port, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.python(),
                "-c",
                SERVER,
                "server-of-clients",
                address,
                Integer.toString(port)));
    command.addAll(List.of(options));
    Running server = lab.startForeign(command.toArray(String[]::new));
    server.awaitOwnPid();
    return server;
  }

  /** For each of these names the name, and all who answered it. */
  static List<String> who(Lab lab, int port, String... names) {
    List<String> command =
        new ArrayList<>(List.of(Programs.python(), "-c", CLIENT, Integer.toString(port), TIMES));
    command.addAll(List.of(names));
    Output output = lab.output(command.toArray(String[]::new));
    assertThat(output.exitCode()).as("%s", output).isZero();
    return output.standardOutput().lines().toList();
  }

  /** They get exactly what is claimed of every name that they try. */
  void get(Claims claims) {
    List<String> lines = who(lab, port, names.toArray(String[]::new));
    assertThat(lines).hasSameSizeAs(names);
    for (String line : lines) {
      List<String> words = List.of(line.split(" ", -1));
      String name =
          words.getFirst().contains(":") ? "[" + words.getFirst() + "]" : words.getFirst();
      assertThat(got(words.subList(1, words.size()))).as("%s", line).isEqualTo(claims.of(name));
    }
  }

  private Set<Long> got(List<String> words) {
    Set<Long> pids = new TreeSet<>();
    for (String word : words) {
      if (word.equals("another")) {
        assertThat(others).isNotEmpty();
        pids.addAll(others);
      } else if (!word.equals("nobody")) {
        pids.add(Long.parseLong(word));
      }
    }
    return pids;
  }
}
