package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.core.io.JsonReader;
import inuse.kernel.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse history}, on a morning at eight in UTC, of which the night was recorded. */
final class HistoryCommandTest {
  private static final String DIRECTORY = "/var/log/inuse";

  /** Begun at three; nginx has 8080 until 03:14:55, and java was refused it at 03:12:04. */
  private static final String NIGHT =
      """
      {"layout":"inuse.event/1","event":"start","time":"2027-01-15T03:00:00.000Z","ns":1000,"boot":"b","netns":1,"version":"0.1.0","why":"started","source":"bpf"}
      {"event":"process","time":"2027-01-15T03:00:00.001Z","ns":1001,"process":1,"pid":812,"start":9,"program":"nginx","unit":"nginx.service"}
      {"event":"held","time":"2027-01-15T03:00:00.001Z","ns":1002,"state":"listening","cookie":7,"process":1,"protocol":"tcp","address":"0.0.0.0","port":8080}
      {"event":"process","time":"2027-01-15T03:12:04.000Z","ns":2000,"process":2,"pid":4711,"start":99,"program":"java","directory":"/srv/shop"}
      {"event":"refused","time":"2027-01-15T03:12:04.000Z","ns":2001,"process":2,"protocol":"tcp","address":"127.0.0.1","port":8080,"causes":["other-service"],"holders":[1]}
      {"event":"released","time":"2027-01-15T03:14:55.000Z","ns":3000,"cookie":7,"process":1,"protocol":"tcp","address":"0.0.0.0","port":8080}
      """;

  /** The same recorder's next file, in which java got it in the end. */
  private static final String MORNING =
      """
      {"layout":"inuse.event/1","event":"start","time":"2027-01-15T05:00:00.000Z","ns":5000,"boot":"b","netns":1,"version":"0.1.0","why":"rotated","source":"bpf"}
      {"event":"process","time":"2027-01-15T05:00:01.000Z","ns":5001,"process":1,"pid":4712,"start":99,"program":"java","directory":"/srv/shop"}
      {"event":"bound","time":"2027-01-15T05:00:01.000Z","ns":5002,"cookie":8,"process":1,"protocol":"tcp","address":"::","port":8080}
      {"event":"listening","time":"2027-01-15T05:00:01.000Z","ns":5003,"cookie":8,"process":1,"protocol":"tcp","address":"::","port":8080}
      {"event":"bo\
      """;

  private final FakeHost host = new FakeHost();

  private HistoryCommandTest recorded() {
    // In the order of their names the later one would be first.
    host.kernel.file(DIRECTORY + "/b.jsonl", NIGHT);
    host.kernel.file(DIRECTORY + "/a.jsonl", MORNING);
    host.kernel.file(DIRECTORY + "/notes.jsonl", "nothing of ours\n");
    return this;
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void theWholeNightIsToldInOrder() {
    assertThat(recorded().host.run("history", "8080")).isZero();
    assertThat(host.kernel.stdout())
        .isEqualTo(
            """
            local time, +00:00
            2027-01-15 03:00:00  to 03:14:55  tcp 0.0.0.0:8080  nginx (pid 812), nginx.service, there already
            2027-01-15 03:12:04  refused      tcp 127.0.0.1:8080  java (pid 4711), /srv/shop; held by nginx (pid 812), nginx.service: other-service
            2027-01-15 05:00:01  still 05:00:01  tcp [::]:8080  java (pid 4712), /srv/shop
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "history 8080 --at 03:12, 0, nginx, 4712",
    "history 8080 --at 05:00, 0, 4712, nginx",
    "history 8080 --at 04:00, 1, local, pid",
    "history --refused, 0, refused, 4712",
    "history --since 04:30 --until 04:40, 1, local, nginx",
    "history --since 3h, 0, 4712, nginx",
    "history --until 03:13, 0, nginx, 4712",
    "history --program java --since 04:00, 0, 4712, nginx",
    "history --unit nginx, 0, nginx, 4712",
    "history --unit nginx.service, 0, nginx, 4712",
    "history 127.0.0.1:8080, 0, 4712, unknown",
    "history 127.0.0.2:8080, 0, nginx, 127.0.0.1",
    "history udp/8080, 1, local, pid",
    "history 8081, 1, local, pid"
  })
  void whatIsAskedForIsToldAndNothingElse(String line, int status, String told, String not) {
    assertThat(recorded().host.run(line.split(" "))).isEqualTo(status);
    assertThat(host.kernel.stdout()).contains(told).doesNotContain(not);
  }

  @Test
  void aTimeOfWhichNothingWasRecordedIsUnknown() {
    assertThat(recorded().host.run("history", "8080", "--at", "02:00")).isEqualTo(3);
    assertThat(host.kernel.stderr())
        .isEqualTo("inuse: nothing was recorded then; record: sudo inuse record\n");
  }

  @Test
  void withoutAnySegmentItSaysHowToRecord() {
    assertThat(host.run("history", "8080")).isEqualTo(3);
    assertThat(host.kernel.stderr())
        .isEqualTo("inuse: nothing was recorded in /var/log/inuse; record: sudo inuse record\n");
  }

  @Test
  void whatMayNotBeReadIsSaid() {
    recorded().host.kernel.refuse("open", DIRECTORY, Errno.EACCES);

    assertThat(host.run("history", "8080")).isEqualTo(3);
    assertThat(host.kernel.stderr())
        .isEqualTo("inuse: /var/log/inuse may not be read: denied; run: sudo inuse history 8080\n");
  }

  @Test
  void forProgramsItIsADocument() {
    assertThat(recorded().host.run("history", "8080", "--refused", "--json")).isZero();
    assertThat(
            JsonReader.parse(host.kernel.stdout()).orElseThrow().at("entries").items().stream()
                .map(entry -> entry.at("kind").text().orElse(""))
                .toList())
        .containsExactly("refused");
  }

  @Test
  void whatIsForgottenIsGoneAndNothingElse() {
    assertThat(recorded().host.run("history", "--forget")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo("erased: 2 segments\n");
    assertThat(host.kernel.content(DIRECTORY + "/a.jsonl")).isEmpty();
    assertThat(host.kernel.content(DIRECTORY + "/notes.jsonl")).isPresent();
  }

  @Test
  void whoMayNotEraseIsToldTheLine() {
    recorded().host.kernel.refuse("unlinkat", "", Errno.EACCES);

    assertThat(host.run("history", "--forget")).isEqualTo(3);
    assertThat(host.kernel.stderr())
        .isEqualTo(
            "inuse: unlink /var/log/inuse/b.jsonl: EACCES; run: sudo inuse history --forget\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "history --at yesterday",
        "history --at 03:12 --since 1h",
        "history --since",
        "history /run/app.sock",
        "history 99999",
        "history --forget --refused",
        "history --sort port"
      })
  void wrongWordsAreRefused(String line) {
    assertThat(recorded().host.run(line.split(" "))).isEqualTo(2);
    assertThat(host.kernel.stdout()).isEmpty();
  }
}
