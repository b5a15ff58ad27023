package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The output of a finished command. Both streams were valid UTF-8. */
record Output(List<String> command, int exitCode, String standardOutput, String standardError) {
  private static final long DEADLINE_SECONDS = 300;

  Output {
    command = List.copyOf(command);
  }

  /** Runs a command to its end, with an empty standard input. */
  static Output of(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      CompletableFuture<byte[]> standardOutput = reading(process.getInputStream());
      CompletableFuture<byte[]> standardError = reading(process.getErrorStream());
      if (!process.waitFor(DEADLINE_SECONDS, SECONDS)) {
        process.destroyForcibly().waitFor();
        fail("%s did not end within %d s", command, DEADLINE_SECONDS);
      }
      return new Output(
          command,
          process.exitValue(),
          decoded(command, standardOutput.join()),
          decoded(command, standardError.join()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<byte[]> reading(InputStream stream) {
    CompletableFuture<byte[]> whole = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            whole.complete(stream.readAllBytes());
          } catch (IOException e) {
            whole.completeExceptionally(e);
          }
        });
    return whole;
  }

  private static String decoded(List<String> command, byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError(
          command + " printed bytes that are not UTF-8: " + new String(bytes, UTF_8), e);
    }
  }

  List<String> errorLines() {
    return standardError.lines().toList();
  }

  String firstLine() {
    return standardOutput.lines().findFirst().orElse("");
  }

  /** Nothing on standard output, one line on standard error, this exit code. */
  void assertRefused(int code) {
    assertThat(exitCode).as("exit code of %s", this).isEqualTo(code);
    assertThat(standardOutput).as("stdout of %s", this).isEmpty();
    assertThat(errorLines()).as("stderr of %s", this).hasSize(1);
    assertHarmless();
  }

  /** Nothing in it moves a cursor, changes a colour or turns the direction of writing. */
  void assertHarmless() {
    assertThat(standardOutput + standardError)
        .as("%s", this)
        .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f\\x{80}-\\x{9f}]")
        .doesNotContainPattern(
            "[\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{2028}\\x{2029}]");
  }

  /** Harmless, and the first line says something. */
  void assertFitForATerminal() {
    assertThat(firstLine()).as("first line of %s", this).isNotBlank();
    assertHarmless();
  }

  @Override
  public String toString() {
    return "%s%nexit %d%n%s%s"
        .formatted(String.join(" ", command), exitCode, standardOutput, standardError);
  }
}
