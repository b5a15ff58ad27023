package inuse.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks an executable of inuse, which may see what this user does not. */
final class ExecutableLook implements CurrentPorts.Look {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final int MOST = 16 * 1024 * 1024;

  private final List<String> command;

  ExecutableLook(Path executable, Optional<Path> expected) {
    command =
        new ArrayList<>(List.of(executable.toString(), "list", "--json", "--deadline", "10s"));
    expected.ifPresent(file -> command.addAll(List.of("--expect", file.toString())));
  }

  @Override
  public String document() throws IOException, InterruptedException {
    return output(command);
  }

  /**
   * What a command of the executable prints.
   *
   * @throws IOException where it cannot be started, or says too much
   */
  static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    Thread clock =
        Thread.startVirtualThread(() -> {
          try {
            if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
              process.destroyForcibly();
            }
          } catch (InterruptedException over) {
            process.destroyForcibly();
          }
        });
    try (InputStream output = process.getInputStream()) {
      byte[] document = output.readNBytes(MOST);
      if (document.length == MOST) {
        throw new IOException(command.getFirst() + " says more than " + MOST + " bytes");
      }
      return new String(document, StandardCharsets.UTF_8);
    } finally {
      clock.interrupt();
    }
  }
}
