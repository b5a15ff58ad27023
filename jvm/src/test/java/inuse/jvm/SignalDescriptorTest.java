package inuse.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals, sent to a JVM of their own. */
final class SignalDescriptorTest {
  private static final long PATIENCE = 30_000_000_000L;

  /** Waits for one signal, tells of it, and waits for another without the descriptor. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      ForeignSystemCalls calls = new ForeignSystemCalls();
      int fd = calls.signalDescriptor(1, 2, 13, 15, 18, 20, 28);
      if (fd < 0) {
        System.out.println("refused " + fd);
        return;
      }
      System.out.println("listening " + calls.awaitInput(fd, 0));
      int told = calls.awaitInput(fd, PATIENCE);
      byte[] word = new byte[128];
      int first = calls.read(fd, word);
      int second = calls.read(fd, word);
      System.out.println("told " + told + " " + (first > 0 ? word[0] : first) + " " + second);
      calls.close(fd);
      System.out.println("closed");
      calls.awaitInputs(new int[0], new int[0], PATIENCE);
    }
  }

  private static Process child(String... options) throws IOException {
    String java = System.getProperty("java.home") + "/bin/java";
    String classes = System.getProperty("java.class.path");
    // Whoever runs the tests in the background may have some ignored.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM", java));
    command.addAll(List.of(options));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "-cp", classes, Child.class.getName()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    // One that blocks where it must not is ended, so that the test ends too.
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(child::destroyForcibly);
    return child;
  }

  private static void send(String signal, Process to) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-s", signal, Long.toString(to.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"INT, 2, 130", "TERM, 15, 143", "HUP, 1, 129"})
  void aSignalIsReadOnceAndAfterTheEndDoesWhatItDid(String signal, int number, int status)
      throws IOException, InterruptedException {
    Process child = child();
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("listening 0");
      send(signal, child);
      assertThat(said.readLine()).isEqualTo("told 1 " + number + " -11");
      assertThat(said.readLine()).isEqualTo("closed");
      send(signal, child);
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).isEqualTo(status);
    } finally {
      child.destroyForcibly();
    }
  }

  /** Those of a terminal, which end nothing. */
  @ParameterizedTest
  @CsvSource({"WINCH, 28", "CONT, 18", "TSTP, 20"})
  void whatATerminalTellsIsReadByItsNumber(String signal, int number)
      throws IOException, InterruptedException {
    Process child = child();
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("listening 0");
      send(signal, child);
      assertThat(said.readLine()).isEqualTo("told 1 " + number + " -11");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aJvmThatLeavesItsSignalsAloneSaysSo() throws IOException, InterruptedException {
    Process child = child("-Xrs");
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("refused -38");
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }
}
