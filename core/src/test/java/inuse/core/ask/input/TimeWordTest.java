package inuse.core.ask.input;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Zone;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as people write them, at 10:00 of a day two hours east of Greenwich. */
final class TimeWordTest {
  private static final Moment NOW = moment("2026-07-15T08:00:00Z");

  private static final Zone EAST =
      new Zone() {
        @Override
        public CivilTime local(Moment moment) {
          return CivilTime.of(new Moment(moment.epochMillis() + 7_200_000));
        }

        @Override
        public Moment moment(CivilTime local) {
          return new Moment(local.moment().epochMillis() - 7_200_000);
        }

        @Override
        public String offsetWords(Moment moment) {
          return "+02:00";
        }
      };

  @ParameterizedTest
  @CsvSource({
    "now, 2026-07-15T08:00:00Z, 1",
    "09:59, 2026-07-15T07:59:00Z, 60",
    "10:00, 2026-07-15T08:00:00Z, 60",
    "10:01, 2026-07-14T08:01:00Z, 60",
    "03:12, 2026-07-15T01:12:00Z, 60",
    "23:30:15, 2026-07-14T21:30:15Z, 1",
    "2026-02-28, 2026-02-27T22:00:00Z, 86400",
    "2026-02-28 03:12, 2026-02-28T01:12:00Z, 60",
    "2026-02-28T03:12:04, 2026-02-28T01:12:04Z, 1",
    "2026-02-28T03:12Z, 2026-02-28T03:12:00Z, 60",
    "2026-02-28T03:12:04.500Z, 2026-02-28T03:12:04.500Z, 1",
    "90s, 2026-07-15T07:58:30Z, 1",
    "30m, 2026-07-15T07:30:00Z, 1",
    "2h, 2026-07-15T06:00:00Z, 1",
    "3d, 2026-07-12T08:00:00Z, 1"
  })
  void aWordIsATime(String word, String from, long seconds) {
    TimeWord time = TimeWord.parse(word, NOW, EAST).orElseThrow();

    assertThat(time.from()).isEqualTo(moment(from));
    assertThat(time.length().toSeconds()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "3:12",
        "24:00",
        "03:60",
        "03:12:",
        "2026-02-29",
        "2026-13-01",
        "2026-2-1",
        "2026-02-28x03:12",
        "2026-02-28 ",
        "-1h",
        "1y",
        "yesterday",
        "d",
        "Z",
        "03:12Z"
      })
  void anotherWordIsNone(String word) {
    assertThat(TimeWord.parse(word, NOW, EAST)).isEmpty();
  }

  private static Moment moment(String utc) {
    return new Moment(Instant.parse(utc).toEpochMilli());
  }
}
