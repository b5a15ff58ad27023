package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.core.events.History;
import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Zone;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A night's history, for people and for programs. */
final class HistoryTextTest {
  private static final History.Answer NIGHT =
      new History.Answer(
          HistoryExamples.night(), 0, true, true, Optional.of(HistoryExamples.at(90_000).time()));

  /** An hour east of Greenwich, always. */
  private static final Zone EAST =
      new Zone() {
        @Override
        public CivilTime local(Moment moment) {
          return CivilTime.of(new Moment(moment.epochMillis() + 3_600_000));
        }

        @Override
        public Moment moment(CivilTime local) {
          return new Moment(local.moment().epochMillis() - 3_600_000);
        }

        @Override
        public String offsetWords(Moment moment) {
          return "+01:00";
        }
      };

  @Test
  void eachEntryIsALineInLocalTime() {
    assertThat(new HistoryText(EAST, true).of(NIGHT))
        .isEqualTo(
            """
            local time, +01:00
            2026-11-29 03:12:04  to 03:14:55  tcp 0.0.0.0:8080  nginx (pid 812), nginx.service, there already
            2026-11-29 03:13:04  refused      tcp 0.0.0.0:8080  java (pid 4711), /srv/\\x1b[31mshop, 3 times; held by nginx (pid 812), nginx.service: other-service; fix: inuse free 8080
            2026-11-29 03:13:05  refused      udp [::1]:53  an unknown process, in net:[4026532008]; no holder was seen
            2026-11-29 03:13:44  to 03:14:44  no recorder ran
            2026-11-29 03:14:54  to 03:14:55  17 events lost: they came faster than they were read
            2026-11-29 03:15:04  by 03:15:14  tcp 0.0.0.0:8080  nginx (pid 812), nginx.service, never listened
            2026-11-29 03:15:24  still        tcp 0.0.0.0:8080  nginx (pid 812), nginx.service
            """);
  }

  @Test
  void whatIsStillHeldIsSoAtTheLastLineOfARecorderThatDoesNotRun() {
    assertThat(new HistoryText(EAST, false).of(NIGHT))
        .contains("2026-11-29 03:15:24  still 2026-11-30 04:12:04  tcp");
  }

  @Test
  void whatWasLeftOutIsSaid() {
    assertThat(
            new HistoryText(EAST, true)
                .of(new History.Answer(List.of(), 7, true, true, Optional.empty())))
        .isEqualTo("the most recent 0; 7 before them are left out (--since)\n");
  }

  @Test
  void theDocumentIsAsTheSchemaSays() {
    String document = HistoryJson.of("0.1.0", NIGHT, JsonLayout.INDENTED);

    assertThat(problems(document)).isEmpty();
    assertThat(problems(document.replace("\"unseen\"", "\"lost\""))).isNotEmpty();
    assertThat(document).doesNotContain("\u001b");
  }

  private static List<com.networknt.schema.Error> problems(String document) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Schema.TEXT)
        .validate(document, InputFormat.JSON);
  }
}
