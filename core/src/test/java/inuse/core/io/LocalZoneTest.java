package inuse.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.kernel.fake.FakeKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's time, held against java.time and the files of this machine. */
final class LocalZoneTest {
  private static final Path ZONES = Path.of("/usr/share/zoneinfo");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Europe/Dublin",
        "UTC"
      })
  void aZoneSaysWhatJavaSays(String name) throws IOException {
    Random random = new Random(name.hashCode());
    LocalZone zone = zone(Optional.of(name));

    for (int i = 0; i < 2000; i++) {
      // From 1990 to 2036: for later years of some zones Java's tables and the machine's differ.
      Moment moment = new Moment(631_152_000_000L + (long) (random.nextDouble() * 1.45e12));
      LocalDateTime expected =
          LocalDateTime.ofInstant(Instant.ofEpochMilli(moment.epochMillis()), ZoneId.of(name));
      assertThat(java(zone.local(moment))).isEqualTo(expected);
      assertThat(zone.local(zone.moment(zone.local(moment)))).isEqualTo(zone.local(moment));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CET-1CEST~M3.5.0~M10.5.0/3, Europe/Berlin",
    "EST5EDT~M3.2.0~M11.1.0, America/New_York",
    "AEST-10AEDT~M10.1.0~M4.1.0/3, Australia/Sydney",
    "<+0530>-5:30, Asia/Kolkata",
    "IST-1GMT0~M10.5.0~M3.5.0/1, Europe/Dublin"
  })
  void aRuleSaysWhatItsZoneSays(String rule, String name) throws IOException {
    Random random = new Random(1);
    LocalZone zone = zone(Optional.of(rule.replace('~', ',')));

    for (int i = 0; i < 5000; i++) {
      Moment moment = new Moment(1_600_000_000_000L + (long) (random.nextDouble() * 5e11));
      LocalDateTime expected =
          LocalDateTime.ofInstant(Instant.ofEpochMilli(moment.epochMillis()), ZoneId.of(name));
      assertThat(java(zone.local(moment))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "C",
        "CEST",
        "CET-25",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "<+1>1x",
        "CET-1CEST,M3.6.0,M10.5.0",
        "../../etc/passwd",
        "/etc/passwd",
        "Europe/Nowhere"
      })
  void whatIsNotAZoneIsUtc(String tz) throws IOException {
    assertThat(zone(Optional.of(tz)).local(new Moment(0))).isEqualTo(CivilTime.of(new Moment(0)));
  }

  @Test
  void withoutTheVariableTheMachineSays() throws IOException {
    assertThat(java(zone(Optional.empty()).local(new Moment(0))))
        .isEqualTo(LocalDateTime.of(1970, 1, 1, 1, 0));
  }

  @Test
  void anHourThatWasThereTwiceIsTheLaterAndOneThatWasSkippedIsAfterTheChange() throws IOException {
    LocalZone zone = zone(Optional.of("Europe/Berlin"));

    assertThat(utc(zone, "2026-10-25T02:30")).isEqualTo("2026-10-25T01:30");
    assertThat(utc(zone, "2026-03-29T02:30")).isEqualTo("2026-03-29T01:30");
    assertThat(zone.offsetWords(new Moment(1_795_921_924_123L))).isEqualTo("+01:00");
  }

  @Test
  void aBrokenFileIsUtcAndEndsNothing() throws IOException {
    String content = Files.readString(ZONES.resolve("Europe/Berlin"), StandardCharsets.ISO_8859_1);
    Random random = new Random(7);

    for (int i = 0; i < 3000; i++) {
      StringBuilder broken = new StringBuilder(content);
      for (int j = 0; j < 4; j++) {
        broken.setCharAt(random.nextInt(120), (char) random.nextInt(256));
      }
      broken.setLength(random.nextInt(content.length()));
      ZoneFile.parse(broken.toString())
          .ifPresent(
              zone -> assertThat(zone.offset(new Moment(0))).isBetween(-(1L << 31), 1L << 31));
    }
  }

  private static String utc(LocalZone zone, String local) {
    long millis = zone.moment(CivilTime.parse(local).orElseThrow()).epochMillis();
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC).toString();
  }

  private static LocalDateTime java(CivilTime time) {
    return LocalDateTime.of(
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.milli() * 1_000_000);
  }

  /** A machine in Berlin with this one's table of zones. */
  private static LocalZone zone(Optional<String> tz) throws IOException {
    FakeKernel kernel = new FakeKernel();
    kernel.file("/etc/localtime", content("Europe/Berlin"));
    for (String name : tz.map(List::of).orElse(List.of())) {
      if (!name.contains("..") && Files.isRegularFile(ZONES.resolve(name.isEmpty() ? "-" : name))) {
        kernel.file("/usr/share/zoneinfo/" + name, content(name));
      }
    }
    return LocalZone.of(Host.of(kernel), tz);
  }

  private static String content(String name) throws IOException {
    return Files.readString(ZONES.resolve(name), StandardCharsets.ISO_8859_1);
  }
}
