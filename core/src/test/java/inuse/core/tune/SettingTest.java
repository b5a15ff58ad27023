package inuse.core.tune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The settings: their names, and what values they take. */
final class SettingTest {
  @ParameterizedTest
  @EnumSource
  void hasItsDefaultAmongItsValuesAndIsFoundByItsName(Setting setting) {
    setting
        .defaultValue()
        .ifPresent(
            usual -> assertThat(setting.form().canonical(usual)).as("%s", setting).contains(usual));
    assertThat(Setting.named(setting.key())).containsExactly(setting);
    assertThat(Setting.named(setting.path())).containsExactly(setting);
    assertThat(setting.isPerNamespace()).isTrue();
    assertThat(setting.does()).hasSizeLessThan(90);
  }

  @Test
  void aShortNameMayMeanTwo() {
    assertThat(Setting.named("tcp_tw_reuse")).containsExactly(Setting.TCP_TW_REUSE);
    assertThat(Setting.named("ip_nonlocal_bind"))
        .containsExactly(Setting.IP_NONLOCAL_BIND, Setting.IPV6_NONLOCAL_BIND);
    assertThat(Setting.named("tcp_tw_recycle")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TCP_TW_REUSE|1|1",
        "TCP_TW_REUSE|3|",
        "TCP_TW_REUSE|-1|",
        "TCP_TW_REUSE_DELAY|0|",
        "TCP_TW_REUSE_DELAY|60000|60000",
        "TCP_TW_REUSE_DELAY|60001|",
        "TCP_FIN_TIMEOUT|0030|30",
        "TCP_MAX_TW_BUCKETS|2147483647|2147483647",
        "TCP_MAX_TW_BUCKETS|2147483648|",
        "BINDV6ONLY|2|",
        "IP_LOCAL_PORT_RANGE|5000 6000|5000 6000",
        "IP_LOCAL_PORT_RANGE|5000-6000|5000 6000",
        "IP_LOCAL_PORT_RANGE|5000, 6000|5000 6000",
        "IP_LOCAL_PORT_RANGE|6000 5000|",
        "IP_LOCAL_PORT_RANGE|5000|",
        "IP_LOCAL_PORT_RANGE|0 5000|",
        "IP_LOCAL_PORT_RANGE|5000 70000|",
        "IP_LOCAL_PORT_RANGE|1 2 3|",
        "IP_LOCAL_RESERVED_PORTS|9,8|8-9",
      })
  void takesWhatTheKernelTakes(Setting setting, String given, String written) {
    assertThat(setting.form().canonical(given).orElse(null)).isEqualTo(written);
  }
}
