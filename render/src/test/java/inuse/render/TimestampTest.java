package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Moment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times, compared with those of the JDK. */
final class TimestampTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "951782400000, 2000-02-29T00:00:00Z",
    "4107542399999, 2100-02-28T23:59:59Z",
    "4107542400000, 2100-03-01T00:00:00Z",
    "1795331400000, 2026-11-22T07:10:00Z"
  })
  void aTimeIsThatOfTheCalendar(long millis, String text) {
    assertThat(Timestamp.of(new Moment(millis))).isEqualTo(text);
  }

  @Test
  void everyTimeIsThatOfTheJdk() {
    Random random = new Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      long millis = random.nextLong(-60_000_000_000_000L, 250_000_000_000_000L);
      Instant instant = Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
      if (millis < 0 && Math.floorMod(millis, 1000L) != 0) {
        instant = Instant.ofEpochSecond(Math.floorDiv(millis, 1000L));
      }
      assertThat(Timestamp.of(new Moment(millis))).isEqualTo(instant.toString());
    }
  }

  @Test
  void forPeopleAMinuteIsEnough() {
    assertThat(Timestamp.minute(new Moment(1_795_331_459_999L))).isEqualTo("2026-11-22 07:10 UTC");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "119, 119 s",
    "120, 2 min",
    "7199, 119 min",
    "7200, 2 h",
    "86399, 23 h",
  })
  void anAgeIsOfTwoDigitsOrThree(long seconds, String age) {
    Moment start = new Moment(1_795_331_400_000L);
    Moment now = new Moment(start.epochMillis() + seconds * 1000);

    assertThat(TextAnswer.age(start, now)).isEqualTo(age + " ago");
  }

  @ParameterizedTest
  @CsvSource({"86400, 24 h", "172799, 47 h", "172800, 2 days", "31536000, 365 days"})
  void ofWhatIsADayOldTheTimeIsSaidToo(long seconds, String age) {
    Moment start = new Moment(1_795_331_400_000L);
    Moment now = new Moment(start.epochMillis() + seconds * 1000);

    assertThat(TextAnswer.age(start, now)).isEqualTo(age + " ago (2026-11-22 07:10 UTC)");
  }

  @Test
  void aClockThatWasSetBackMakesNoNegativeAge() {
    assertThat(TextAnswer.age(new Moment(2000), new Moment(1000))).startsWith("0 s ago");
  }
}
