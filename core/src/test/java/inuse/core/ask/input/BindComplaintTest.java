package inuse.core.ask.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs print because they could not bind, each as it words it. */
final class BindComplaintTest {
  /**
   * A row is a program, what it prints, the targets that this names, and the page of the site that
   * helps. docs/site/build makes the site's list of error messages of the same file.
   */
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "complaints.txt",
      delimiter = '|',
      quoteCharacter = '~',
      maxCharsPerColumn = 500)
  void theAddressIsFoundWhateverTheWords(String program, String line, String targets) {
    assertThat(BindComplaint.isIn(line)).isTrue();
    assertThat(String.join(" ", BindComplaint.targets(line))).isEqualTo(targets);
  }

  @Test
  void ofOneLineAllAddressesOfOnePortCount() {
    assertThat(
            BindComplaint.targets(
                "Unable to listen on port 8080: [unable to create listener: Error listen tcp4"
                    + " 127.0.0.1:8080: bind: address already in use unable to create listener:"
                    + " Error listen tcp6 [::1]:8080: bind: address already in use]"))
        .containsExactly("127.0.0.1:8080", "[::1]:8080");
  }

  @Test
  void postgresNamesAddressAndPortInTwoLines() {
    assertThat(
            BindComplaint.targets(
                """
                LOG:  could not bind IPv4 address "127.0.0.1": Address already in use
                HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.
                """))
        .containsExactly("127.0.0.1:5432");
  }

  @Test
  void mysqlNamesItsPortInTheLineBehind() {
    assertThat(
            BindComplaint.targets(
                """
                [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use
                [ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port: 3306 ?
                """))
        .containsExactly(":3306");
  }

  @Test
  void aStackTraceHasNoAddresses() {
    assertThat(
            BindComplaint.targets(
                """
                node:events:495
                      throw er; // Unhandled 'error' event
                Error: listen EADDRINUSE: address already in use :::3000
                    at Server.setupListenHandle [as _listen2] (node:net:1817:16)
                    at Object.<anonymous> (/srv/api/server.js:12:5)
                  code: 'EADDRINUSE',
                  address: '::',
                  port: 3000
                """))
        .containsExactly("[::]:3000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Server listening on http://localhost:3000",
        "12:34:56 GET /index.html 200",
        "Compiled successfully in 812 ms",
        "connect ECONNREFUSED 127.0.0.1:5432"
      })
  void otherLinesAreNoComplaints(String line) {
    assertThat(BindComplaint.isIn(line)).isFalse();
  }

  @Test
  void oneTextNamesNoMoreThanAFewTargets() {
    StringBuilder text = new StringBuilder();
    for (int port = 8000; port < 8100; port++) {
      text.append("listen tcp :").append(port).append(": bind: address already in use\n");
    }

    assertThat(BindComplaint.targets(text.toString())).hasSize(8).contains(":8007");
  }
}
