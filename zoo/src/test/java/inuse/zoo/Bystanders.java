package inuse.zoo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processes that must be unharmed after an address was freed. */
final class Bystanders {
  /** One that no scenario is about. */
  private static final int PORT = 28_099;

  private final Lab lab;
  private final List<Running> everybody;

  /** A second service of the same user, a client of it, and a shell that sleeps. */
  Bystanders(Lab lab) {
    this.lab = lab;
    if (lab.isElsewhere()) {
      // A container has no room for them; its engine's other ones are asserted by the scenario.
      everybody = List.of();
      return;
    }
    Running service = lab.hold("socket s tcp4", "bind s 127.0.0.1 " + PORT, "listen s");
    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 " + PORT);
    Running shell = lab.startOwn("/bin/sh", "-c", "echo ready; read line");
    everybody = List.of(service, client, shell.awaitReady());
  }

  /** Waits until that process is in that state; see proc_pid_stat(5). */
  static void awaitState(long pid, char state) {
    Running.await("state %c of %d".formatted(state, pid), () -> stateOf(pid) == state);
  }

  private static char stateOf(long pid) {
    try {
      String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return text.charAt(text.lastIndexOf(')') + 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Alive, and the service still accepts. */
  void assertUnharmed() {
    assertThat(everybody).allMatch(Running::isAlive);
    if (!everybody.isEmpty()) {
      lab.hold("socket c tcp4", "connect c 127.0.0.1 " + PORT);
    }
  }
}
