package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import org.junit.jupiter.api.Test;

/** {@code COMMAND 2>&1 | inuse -}. */
final class StreamCommandTest {
  private static final String COMPLAINT =
      "Error: listen EADDRINUSE: address already in use :::8080\n";

  private final FakeHost host = new FakeHost();

  private String out() {
    return host.kernel.stdout();
  }

  @Test
  void whatIsNoComplaintPassesAndNothingIsSaid() {
    host.held().kernel.stdin("compiling\n").stdin("\u001b[31mready\u0000\u00ff on :8080");

    assertThat(host.run("-")).isEqualTo(1);

    assertThat(out()).isEqualTo("compiling\n\u001b[31mready\u0000\ufffd on :8080");
    assertThat(host.kernel.stderr()).isEmpty();
  }

  @Test
  void theAnswerStandsBehindTheComplaint() {
    host.held().kernel.stdin("starting\n").stdin(COMPLAINT).stdin("    at node:net:1817\n");

    assertThat(host.run("-")).isZero();

    assertThat(out())
        .startsWith("starting\n" + COMPLAINT + "    at node:net:1817\n")
        .contains("[::]:8080 is in use: server (pid 10, alice)");
  }

  @Test
  void aLineThatComesInPiecesIsOneLine() {
    host.held().kernel.stdin("listen tcp :80").stdin("80: bind: address already in use");

    assertThat(host.run("-")).isZero();

    assertThat(out())
        .startsWith("listen tcp :8080: bind: address already in use\n8080 is in use: server");
  }

  @Test
  void thePortMayStandInALineOfItsOwn() {
    host.held()
        .kernel
        .stdin("LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use\n")
        .stdin("HINT:  Is another postmaster already running on port 8080?\n");

    assertThat(host.run("-")).isZero();

    assertThat(out()).contains("\n127.0.0.1:8080 is in use: server");
  }

  @Test
  void eachAddressIsAnsweredOnce() {
    host.held().kernel.stdin(COMPLAINT + COMPLAINT).stdin(COMPLAINT);

    assertThat(host.run("-")).isZero();

    assertThat(out().split("is in use: server", -1)).hasSize(2);
  }

  @Test
  void aComplaintThatNamesNoPortIsSaidToNameNone() {
    host.held().kernel.stdin("bind: Address already in use\n");

    assertThat(host.run("-")).isEqualTo(3);

    assertThat(out()).isEqualTo("bind: Address already in use\n");
    assertThat(host.kernel.stderr()).startsWith("inuse: the error above names no port; ask with");
  }

  @Test
  void whatIsFreeByNowIsSaidToBeFree() {
    host.kernel.stdin(COMPLAINT);

    assertThat(host.run("-")).isEqualTo(1);

    assertThat(out()).startsWith(COMPLAINT + "[::]:8080 is free");
  }

  @Test
  void anOptionOfTheQuestionCountsForEachAnswer() {
    host.held().kernel.stdin(COMPLAINT);

    assertThat(host.run("--reuseaddr", "-")).isZero();

    assertThat(out()).contains("[::]:8080, for a server with SO_REUSEADDR, is in use");
  }

  @Test
  void aTextIsNoJson() {
    assertThat(host.run("--json", "-")).isEqualTo(2);

    assertThat(host.kernel.stderr()).contains("is not JSON; leave --json out");
  }
}
