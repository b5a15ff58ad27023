package inuse.core.tune;

import static inuse.core.tune.SettingAdvice.Status.CHANGE;
import static inuse.core.tune.SettingAdvice.Status.FINE;
import static inuse.core.tune.SettingAdvice.Status.NO_EFFECT;
import static inuse.core.tune.SettingAdvice.Status.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.Written;
import inuse.core.tune.SettingAdvice.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of each setting, by what was found. */
final class SettingAdvisorTest {
  private static SettingAdvice of(Setting setting, Situations here) {
    return SettingAdvisor.of(here.build()).stream()
        .filter(one -> one.setting() == setting)
        .findFirst()
        .orElseThrow();
  }

  private static String because(SettingAdvice one) {
    StringBuilder text = new StringBuilder();
    for (Phrase.Part part : one.because().parts()) {
      text.append(
          switch (part) {
            case Phrase.Part.Ours(String ours) -> ours;
            case Phrase.Part.Option(InuseCommand.Choice choice) -> choice.name();
            case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
            case Phrase.Part.Theirs theirs -> "<" + theirs.text().bytes() + ">";
          });
    }
    return text.toString();
  }

  @Test
  void onAQuietHostWithDefaultsNothingIsToChange() {
    List<Status> verdicts =
        SettingAdvisor.of(new Situations().build()).stream().map(SettingAdvice::status).toList();

    assertThat(verdicts).containsOnly(FINE, NO_EFFECT).hasSize(Setting.values().length);
  }

  @ParameterizedTest
  @EnumSource
  void aSettingThatTheKernelLacksIsUnknown(Setting setting) {
    SettingAdvice advice = of(setting, new Situations().without(setting));

    assertThat(advice.status()).isEqualTo(UNKNOWN);
    assertThat(because(advice)).isEqualTo("this kernel does not have it");
  }

  @ParameterizedTest
  @CsvSource({"9,FINE", "79,FINE", "80,CHANGE", "100,CHANGE"})
  void theRangeIsFullTowardsItsBusiestDestination(int ports, Status verdict) {
    SettingAdvice advice =
        of(
            Setting.IP_LOCAL_PORT_RANGE,
            new Situations()
                .value(Setting.IP_LOCAL_PORT_RANGE, "2000\t2099")
                .connections("10.0.0.2", ports, 0));

    assertThat(advice.status()).isEqualTo(verdict);
    assertThat(because(advice))
        .contains(ports + " of 100 ports")
        .contains("from 10.0.0.1 to 10.0.0.2:5432");
    assertThat(advice.command().isEmpty()).isEqualTo(verdict == FINE);
  }

  @Test
  void reservedPortsAndServersLeaveLessRoomAndAnOddOneIsLost() {
    Situations here =
        new Situations()
            .value(Setting.IP_LOCAL_PORT_RANGE, "2000\t2100")
            .value(Setting.IP_LOCAL_RESERVED_PORTS, "1-1999,2000-2009")
            .server(2010)
            .connections("10.0.0.2", 10, 0);

    assertThat(because(of(Setting.IP_LOCAL_PORT_RANGE, here))).contains("10 of 89 ports");
  }

  @Test
  void aBindToAnyPortNeedsOneThatNobodyHas() {
    Situations here = new Situations().value(Setting.IP_LOCAL_PORT_RANGE, "2000\t2099").taken(90);

    assertThat(because(of(Setting.IP_LOCAL_PORT_RANGE, here)))
        .contains("90 of 100 ports are taken")
        .contains("EADDRINUSE");
  }

  @Test
  void aServerInTheRangeMayLoseItsPortUntilThatIsReserved() {
    Situations here = new Situations().server(40000).server(8080);
    SettingAdvice advice = of(Setting.IP_LOCAL_RESERVED_PORTS, here);

    assertThat(advice.status()).isEqualTo(CHANGE);
    assertThat(because(advice))
        .contains("<nginx> (pid 10) has tcp 0.0.0.0:40000")
        .doesNotContain("8080");
    assertThat(Written.words(advice.command().orElseThrow()))
        .containsExactly("inuse", "tune", "RESERVED_PORTS", "40000");
    here.value(Setting.IP_LOCAL_RESERVED_PORTS, "40000");
    assertThat(of(Setting.IP_LOCAL_RESERVED_PORTS, here).status()).isEqualTo(FINE);
  }

  @ParameterizedTest
  @CsvSource({"0,CHANGE", "1,NO_EFFECT", "2,CHANGE"})
  void reuseOfTimeWaitHelpsWhereADestinationIsFullOfIt(String value, Status verdict) {
    Situations here =
        new Situations()
            .value(Setting.IP_LOCAL_PORT_RANGE, "2000\t2099")
            .value(Setting.TCP_TW_REUSE, value)
            .connections("10.0.0.2", 90, 60);

    assertThat(of(Setting.TCP_TW_REUSE, here).status()).isEqualTo(verdict);
  }

  @Test
  void overLoopbackTheDefaultReusesItAlready() {
    Situations here =
        new Situations()
            .value(Setting.IP_LOCAL_PORT_RANGE, "2000\t2099")
            .connections("127.0.0.1", 90, 90);

    assertThat(of(Setting.TCP_TW_REUSE, here).status()).isEqualTo(NO_EFFECT);
  }

  @ParameterizedTest
  @CsvSource({
    "131072,7,FINE",
    "131072,110000,CHANGE",
    "5,0,CHANGE",
    "0,0,CHANGE",
    "4096,3300,CHANGE"
  })
  void tooFewBucketsAreADanger(String value, int sockets, Status verdict) {
    Situations here = new Situations().value(Setting.TCP_MAX_TW_BUCKETS, value).timeWait(sockets);

    assertThat(of(Setting.TCP_MAX_TW_BUCKETS, here).status()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "TCP_FIN_TIMEOUT,30,NO_EFFECT",
    "TCP_FIN_TIMEOUT,61,CHANGE",
    "IP_UNPRIVILEGED_PORT_START,0,FINE",
    "IP_UNPRIVILEGED_PORT_START,2000,CHANGE",
    "IP_AUTOBIND_REUSE,1,CHANGE",
    "BINDV6ONLY,1,FINE",
    "IPV6_NONLOCAL_BIND,1,FINE"
  })
  void othersAreJudgedByTheirValue(Setting setting, String value, Status verdict) {
    assertThat(of(setting, new Situations().value(setting, value)).status()).isEqualTo(verdict);
  }
}
