package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.kernel.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a recorder that runs adds to the answer of {@code inuse 8080}, at eight in the morning. */
final class RecordedNotesTest {
  private static final String SEGMENT = "/var/log/inuse/a.jsonl";

  private static final String LINES =
      """
      {"layout":"inuse.event/1","event":"start","time":"2027-01-15T03:00:00.000Z","ns":1000,"boot":"b","netns":1,"version":"0.1.0","why":"started","source":"bpf"}
      {"event":"process","time":"2027-01-15T03:00:00.001Z","ns":1001,"process":1,"pid":812,"start":9,"program":"ngi\\u001bnx"}
      {"event":"process","time":"2027-01-15T07:59:00.000Z","ns":2000,"process":2,"pid":4711,"start":99,"program":"java"}
      {"event":"refused","time":"2027-01-15T07:59:50.000Z","ns":2001,"process":2,"protocol":"tcp","address":"127.0.0.1","port":8080,"causes":["other-service"],"holders":[1]}
      {"event":"released","time":"2027-01-15T07:59:56.000Z","ns":3000,"cookie":7,"process":1,"protocol":"tcp","address":"0.0.0.0","port":8080}
      """;

  private final FakeHost host = new FakeHost();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private String asked() {
    host.run("8080");
    return host.kernel.stdout();
  }

  private void isRecording() {
    host.kernel.refuse("flock", SEGMENT, Errno.EAGAIN);
  }

  @Test
  void ofAFreePortItSaysWhoHadItAndWhoWasRefused() {
    host.kernel.file(SEGMENT, LINES);
    isRecording();

    assertThat(asked())
        .startsWith("8080 is free: a real bind succeeded\n")
        .contains("ngi\\x1bnx (pid 812) had it until 4 s ago (recorded)")
        .contains("it was refused 10 s ago, to java (pid 4711) (recorded)");
  }

  @Test
  void whatARecorderWroteThatDoesNotRunAddsNothing() {
    host.kernel.file(SEGMENT, LINES);

    assertThat(asked()).isEqualTo("8080 is free: a real bind succeeded\n");
  }

  @Test
  void whatIsLongAgoAddsNothing() {
    host.kernel.file(SEGMENT, LINES.replace("T07:", "T06:"));
    isRecording();

    assertThat(asked()).isEqualTo("8080 is free: a real bind succeeded\n");
  }

  @Test
  void ofAPortInUseTheHolderIsToldAlone() {
    host.held().kernel.file(SEGMENT, LINES);
    isRecording();

    assertThat(asked()).doesNotContain("(recorded)");
  }

  private static final String BOUND =
      """
      {"event":"bound","time":"2027-01-15T07:59:57.000Z","ns":4000,"cookie":1100,"process":1,"protocol":"tcp","address":"127.0.0.1","port":8080}
      """;

  private String listed(String... words) {
    int before = host.kernel.stdout().length();
    host.run(words);
    return host.kernel.stdout().substring(before);
  }

  @Test
  void inAListARowWithoutAVisibleProcessNamesWhoBoundIt() {
    host.held().kernel.remove("/proc/10");
    String without = listed("list");
    host.kernel.file(SEGMENT, LINES + BOUND);
    assertThat(listed("list")).isEqualTo(without).contains("(hidden)");
    isRecording();

    assertThat(listed("list"))
        .isEqualTo(without.replace("(hidden)", "ngi\\x1bnx (pid 812, recorded)"));
    assertThat(listed("list", "--json").replaceAll("\\s+", " "))
        .contains("\"recorded\": { \"program\": \"ngi\\u001bnx\", \"pid\": 812 }");
  }

  @Test
  void inAListARowWithAProcessIsAsItIsWithoutARecorder() {
    host.held();
    String without = listed("list", "--json");
    host.kernel.file(SEGMENT, LINES + BOUND);
    isRecording();

    assertThat(listed("list", "--json")).isEqualTo(without);
  }
}
