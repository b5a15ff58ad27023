package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.ConnectException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in messages; FrameworksTest has those of the real libraries. */
class RefusedBindSearchTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Port 8080 is already in use                                               | 8080
          Web server failed to start. Port 8080 was already in use.                 | 8080
          Failed to bind to localhost/127.0.0.1:18995                               | 127.0.0.1:18995
          Failed to bind to address /127.0.0.1:18995                                | 127.0.0.1:18995
          Failed to bind to /0.0.0.0:8080                                           | 8080
          Failed to bind to /[0:0:0:0:0:0:0:1]:8080                                 | [0:0:0:0:0:0:0:1]:8080
          Failed to bind to address /[0:0:0:0:0:0:0:0]:8080                         | 8080
          Failed to bind to address localhost/<unresolved>:8080                     | 8080
          Socket server failed to bind to localhost:9092: Address already in use.   | localhost:9092
          Socket server failed to bind to broker.example:9092: Address in use.      | 9092
          Bind for 0.0.0.0:8080 failed: port is already allocated                   | 8080
          Bind for :::8080 failed: port is already allocated                        | 8080
          Bind for 127.0.0.1:5432 failed: port is already allocated                 | 127.0.0.1:5432
          listen tcp4 0.0.0.0:8080: bind: address already in use                    | 8080
          listen tcp :8080: bind: address already in use                            | 8080
          listen tcp [::1]:8080: bind: address already in use                       | [::1]:8080
          listen udp 127.0.0.1:53: bind: address already in use                     | udp/127.0.0.1:53
          failed to bind host port 0.0.0.0:8080/tcp: address already in use         | 8080
          failed to bind host port 127.0.0.1:53/udp: address already in use         | udp/127.0.0.1:53
          listen EADDRINUSE: address already in use :::3000                         | 3000
          listen EADDRINUSE: address already in use 127.0.0.1:3000                  | 127.0.0.1:3000
          Address already in use: /127.0.0.1:8080                                   | 127.0.0.1:8080
          127.0.0.1:8080: Address already in use                                    | 127.0.0.1:8080
          Could not bind to port 25565                                              | 25565
          """)
  void thePortStandsInTheMessage(String message, String target) {
    assertThat(target(new RuntimeException("around", new IllegalStateException(message))))
        .hasValue(target);
  }

  @Test
  void dockersWholeMessageNamesThePort() {
    assertThat(
            target(
                new IllegalStateException(
                    "Status 500: {\"message\":\"driver failed programming external connectivity on"
                        + " endpoint eager_wing (0f3a9be1:80): Error starting userland proxy:"
                        + " listen tcp4 0.0.0.0:8080: bind: address already in use\"}")))
        .hasValue("8080");
    assertThat(
            target(
                new IllegalStateException(
                    "failed to set up container networking: driver failed programming external"
                        + " connectivity on endpoint a (12ab): failed to bind host port for"
                        + " 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use")))
        .hasValue("8080");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Address already in use",
        "bind(..) failed: Address already in use",
        "Protocol handler initialization failed",
        "Failed to bind to port 0",
        "Failed to bind to /127.0.0.1:99999",
        "Failed to bind to /127.0.0.1:123456",
        "took 8080 ms",
        "null",
      })
  void noPortIsInvented(String message) {
    Throwable failure = new RuntimeException(message, new BindException("Address already in use"));

    assertThat(RefusedBindSearch.in(failure)).isPresent();
    assertThat(target(failure)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection refused",
        "Connection refused: localhost/127.0.0.1:8080",
        "port 8080 is open",
        "Could not rebind the variable",
        "the name is already in use",
      })
  void otherFailuresAreNoRefusedBind(String message) {
    assertThat(RefusedBindSearch.in(new ConnectException(message))).isEmpty();
  }

  @Test
  void thePortOfAConnectIsNotThatOfTheBind() {
    ConnectException other = new ConnectException("Connection refused: localhost/127.0.0.1:8080");
    BindException bind = new BindException("Address already in use");
    bind.addSuppressed(other);

    assertThat(target(bind)).isEmpty();
  }

  @Test
  void whatSaysThatItWasRefusedComesBeforeWhatIsSaidAroundIt() {
    Throwable failure =
        new RuntimeException(
            "could not listen on port 1234", new RuntimeException("Port 8080 is already in use"));

    assertThat(target(failure)).hasValue("8080");
    assertThat(
            target(
                new RuntimeException(
                    "Connector configured to listen on port 8080 failed to start",
                    new BindException("Address already in use"))))
        .hasValue("8080");
  }

  @Test
  void suppressedExceptionsAreLookedAt() {
    RuntimeException failure = new RuntimeException("closed");
    failure.addSuppressed(new RuntimeException(new BindException("Failed to bind to /[::1]:80")));

    assertThat(target(failure)).hasValue("[::1]:80");
  }

  @Test
  void circlesAndEndlessChainsEnd() {
    RuntimeException one = new RuntimeException("one");
    RuntimeException two = new RuntimeException("two", one);
    one.initCause(two);
    two.addSuppressed(one);
    assertThat(RefusedBindSearch.in(one)).isEmpty();

    Throwable endless = new Endless();
    assertThat(RefusedBindSearch.in(endless)).isEmpty();
  }

  @Test
  void exceptionsThatFailThemselvesAreSurvived() {
    assertThat(RefusedBindSearch.in(new Failing())).isEmpty();
    assertThat(target(new RuntimeException("Port 80 is already in use", new Failing())))
        .hasValue("80");
  }

  @Test
  void aLongMessageTakesNoTime() {
    String message = "bind to ".repeat(20_000) + "a".repeat(200_000) + " Address already in use ";
    assertThat(RefusedBindSearch.in(new RuntimeException(message + "x.".repeat(100_000))))
        .isEmpty();
    assertThat(RefusedBindSearch.in(new RuntimeException(":".repeat(9_000)))).isEmpty();
    assertThat(RefusedBindSearch.in(new RuntimeException("1.".repeat(4_900)))).isEmpty();
  }

  /** Spring's class is known by its name: it is not a dependency. */
  @Test
  void aPortInUseExceptionIsARefusedBindByItsName() {
    assertThat(RefusedBindSearch.in(new PortInUseException())).isPresent();
  }

  private static Optional<String> target(Throwable failure) {
    return RefusedBindSearch.in(failure).flatMap(RefusedBindSearch.Found::target);
  }

  private static final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class Endless extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }

  private static final class Failing extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException();
    }
  }
}
