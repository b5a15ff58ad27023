package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real executable, asked about real holders. */
class InuseTest {
  private static final String HOST = "127.0.0.1";

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void itSaysWhoHoldsAPortAndHowToGetItBack() throws Exception {
    Server server = server();
    Diagnosis diagnosis = Inuse.ask(server.target());

    assertThat(diagnosis.target()).isEqualTo(server.target());
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.BLOCKED);
    assertThat(diagnosis.causes().get(0).id()).isEqualTo("listener");
    assertThat(diagnosis.summary())
        .startsWith(server.target() + " is in use: python3")
        .contains("(pid " + server.pid() + ", ");
    assertThat(diagnosis.holders())
        .singleElement()
        .satisfies(holder -> {
          assertThat(holder.pid()).isEqualTo(server.pid());
          assertThat(holder.startedAt()).isPresent();
          assertThat(holder.arguments()).contains("-c");
          assertThat(holder.directory()).isPresent();
        });
    assertThat(diagnosis.fix().map(Remedy::command))
        .hasValueSatisfying(words ->
            assertThat(words)
                .containsExactly(
                    System.getProperty(ExecutableSearch.PROPERTY), "free", server.target()));
  }

  @Test
  void aFreePortIsFree() throws Exception {
    assertThat(Inuse.ask(String.valueOf(freePort())).verdict()).isEqualTo(Verdict.FREE);
  }

  @Test
  void ofSeveralAddressesTheAnswerIsAboutOneThatIsTaken() throws Exception {
    Server server = server();
    int port = server.port();

    assertThat(Inuse.ask(HOST + ":" + (port - 1) + "-" + port).causes().stream().map(Cause::id))
        .contains("listener");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "-h", "--version", "99999", "list", "run", "hold", "mcp", "a b", "a\0b"})
  void aTargetIsNeitherAnOptionNorACommand(String target) {
    assertThatThrownBy(() -> Inuse.ask(target)).isInstanceOf(InuseException.class);
    assertThatThrownBy(() -> Inuse.awaitFree(target, Duration.ofMillis(1)))
        .isInstanceOf(InuseException.class);
    assertThatThrownBy(() ->
            Inuse.free(
                target,
                plan -> {
                  throw new AssertionError(plan);
                }))
        .isInstanceOf(InuseException.class);
  }

  @Test
  void aFailureIsExplained() throws Exception {
    Server server = server();
    RuntimeException failure =
        new RuntimeException(
            "Failed to bind to localhost/" + server.target(), new BindException("in use"));
    Explanation explanation = Inuse.explain(failure);

    assertThat(explanation.kind()).isEqualTo(Explanation.Kind.EXPLAINED);
    assertThat(explanation.target()).hasValue(server.target());
    assertThat(explanation.text())
        .startsWith(server.target() + " is in use: python3")
        .contains("\n", " free " + server.target() + "  (");
  }

  @Test
  void whereTheFailureNamesNoPortThatOfTheCallerIsAskedAbout() throws Exception {
    Server server = server();
    BindException failure = new BindException("Address already in use");

    assertThat(Inuse.explain(failure).kind()).isEqualTo(Explanation.Kind.NO_PORT);
    assertThat(Inuse.explain(failure, server.target()).text()).contains("pid " + server.pid());
    assertThat(Inuse.explain(new IOException("disk full"), server.target()).kind())
        .isEqualTo(Explanation.Kind.NOT_A_REFUSED_BIND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nonexistent/inuse", "inuse", "/bin/false", "/bin/cat", "/etc/passwd"})
  void withoutAnAnswerAnExplanationSaysWhyAndThrowsNothing(String executable) {
    String usual = System.getProperty(ExecutableSearch.PROPERTY);
    System.setProperty(ExecutableSearch.PROPERTY, executable);
    try {
      Explanation explanation =
          Inuse.explain(new RuntimeException("Port 8080 is already in use", new IOException()));
      assertThat(explanation.kind()).isEqualTo(Explanation.Kind.NOT_ANSWERED);
      assertThat(explanation.target()).hasValue("8080");
      assertThat(explanation.text())
          .startsWith("what holds 8080 could not be found out: " + executable);
    } finally {
      System.setProperty(ExecutableSearch.PROPERTY, usual);
    }
  }

  @Test
  void waitingEndsWhenThePortIsFreeOrTheTimeIsOver() throws Exception {
    Server server = server();
    assertThat(Inuse.awaitFree(server.target(), Duration.ofMillis(50))).isFalse();
    assertThat(Inuse.awaitFree(server.target(), Duration.ZERO)).isFalse();

    server.process().destroy();
    assertThat(Inuse.awaitFree(server.target(), Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void withoutConsentNothingIsDone() throws Exception {
    Server server = server();
    List<Plan> plans = new ArrayList<>();
    Freed freed =
        Inuse.free(
            server.target(),
            plan -> {
              plans.add(plan);
              return false;
            });

    assertThat(freed.outcome()).isEqualTo("declined");
    assertThat(freed.isFree()).isFalse();
    assertThat(server.process().isAlive()).isTrue();
    assertThat(plans)
        .singleElement()
        .satisfies(plan -> {
          assertThat(plan.target()).isEqualTo(server.target());
          assertThat(plan.text()).contains("pid " + server.pid(), "SIGTERM");
        });
  }

  @Test
  void whatWasAgreedToIsDoneAndProved() throws Exception {
    Server server = server();
    Freed freed = Inuse.free(server.target(), plan -> true);

    assertThat(freed).isEqualTo(new Freed("freed", ""));
    assertThat(freed.isFree()).isTrue();
    assertThat(server.process().waitFor()).isEqualTo(128 + 15);
  }

  @Test
  void aFreePortNeedsNoConsent() throws Exception {
    Freed freed =
        Inuse.free(
            HOST + ":" + freePort(),
            plan -> {
              throw new AssertionError(plan);
            });

    assertThat(freed.outcome()).isEqualTo("already-free");
  }

  /** The holder is exchanged while the user thinks: the consent was not about the new one. */
  @Test
  void anotherHolderNeedsAnotherConsent() throws Exception {
    Server first = server();
    List<Plan> plans = new ArrayList<>();
    List<Server> second = new ArrayList<>();
    Freed freed =
        Inuse.free(
            first.target(),
            plan -> {
              plans.add(plan);
              if (second.isEmpty()) {
                first.process().destroyForcibly().onExit().join();
                second.add(server(first.port()));
                return true;
              }
              return false;
            });

    assertThat(freed.outcome()).isEqualTo("declined");
    assertThat(second.get(0).process().isAlive()).isTrue();
    assertThat(plans).hasSize(2);
    assertThat(plans.get(0).text()).contains("pid " + first.pid());
    assertThat(plans.get(1).text()).contains("pid " + second.get(0).pid());
  }

  @Test
  void anExceptionOfTheConsentIsANo() throws Exception {
    Server server = server();

    assertThatThrownBy(() ->
            Inuse.free(
                server.target(),
                plan -> {
                  throw new IllegalStateException("no terminal");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no terminal");
    assertThat(server.process().isAlive()).isTrue();
  }

  /** This very process holds it: it is not ended, also with consent. */
  @Test
  void thisProcessIsNotEnded() throws Exception {
    try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Freed freed = Inuse.free(HOST + ":" + own.getLocalPort(), plan -> true);

      assertThat(freed.outcome()).isEqualTo("refused");
      assertThat(freed.message()).contains("pid " + ProcessHandle.current().pid());
    }
  }

  /** A server, its port and its process. */
  private record Server(Process process, int port) {
    String target() {
      return HOST + ":" + port;
    }

    long pid() {
      return process.pid();
    }
  }

  private Server server() {
    return server(0);
  }

  private Server server(int port) {
    try {
      Process process =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import signal, socket\n"
                      + "s = socket.create_server(('127.0.0.1', "
                      + port
                      + "))\n"
                      + "print(s.getsockname()[1], flush=True)\n"
                      + "signal.pause()")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      started.add(process);
      String line =
          new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      return new Server(process, Integer.parseInt(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (HeldPort held = HeldPort.take()) {
      return held.port();
    }
  }
}
