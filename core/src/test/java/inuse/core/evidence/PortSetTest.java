package inuse.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of ports, as the kernel writes them. */
final class PortSetTest {
  private static PortSet ports(String text) {
    return PortSet.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8080|8080",
        "9000-9010,8080,8081|8080-8081,9000-9010",
        "1-10,5-20,20,21|1-21",
        "0|0",
        "65535,1|1,65535",
        "1-65535|1-65535"
      })
  void areWrittenAsTheKernelWritesThem(String given, String written) {
    assertThat(ports(given)).hasToString(written);
  }

  @Test
  void noneIsAListToo() {
    assertThat(ports("\n")).isEqualTo(PortSet.NONE).hasToString("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "70000",
        "10-5",
        "8080 9000",
        "8080,,9000",
        "8080,",
        ",",
        "-",
        "1-",
        "-1",
        "1-2-3",
        "99999999999999999999",
        "٣"
      })
  void whatTheKernelRefusesIsNone(String text) {
    assertThat(PortSet.parse(text)).isEmpty();
  }

  @Test
  void mergingKeepsWhatWasThere() {
    assertThat(ports("8080,9000-9010").plus(ports("9011,80"))).hasToString("80,8080,9000-9011");
    assertThat(ports("1-10").minus(ports("3-4,10,99"))).hasToString("1-2,5-9");
  }

  @Test
  void theyAreCountedWithinARange() {
    assertThat(ports("1-10,20-30,40").within(new Range(new Port(5), new Port(25)))).isEqualTo(12);
    assertThat(ports("20-30").contains(new Port(30))).isTrue();
    assertThat(ports("20-30").contains(new Port(31))).isFalse();
  }
}
