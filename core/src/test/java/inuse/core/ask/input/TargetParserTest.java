package inuse.core.ask.input;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.PortTarget;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.proc.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets as people write them. */
final class TargetParserTest {
  private final FakeKernel kernel =
      new FakeKernel()
          .file(
              "/etc/services",
              "http 80/tcp www\ndomain 53/tcp\ndomain 53/udp\nhttp-alt 8080/tcp\n");

  private TargetParser.Parsed parse(String word) {
    return new TargetParser(new Proc(kernel, "")).parse(word);
  }

  @ParameterizedTest
  @CsvSource({
    "8080, 8080",
    ":8080, 8080",
    "tcp/8080, 8080",
    "8080/tcp, 8080",
    "udp/53, udp/53",
    "53/udp, udp/53",
    "1, 1",
    "65535, 65535",
    "127.0.0.1:8080, 127.0.0.1:8080",
    "0.0.0.0:8080, 0.0.0.0:8080",
    "*:8080, 8080",
    "[::1]:8080, [::1]:8080",
    "[::]:8080, [::]:8080",
    "[2001:DB8:0::1]:8080, [2001:db8::1]:8080",
    "udp/[::]:53, udp/[::]:53",
    "[::]:53/udp, udp/[::]:53",
    "[::ffff:127.0.0.1]:80, [::ffff:127.0.0.1]:80",
    "[fe80::1%eth0]:8080, [fe80::1%eth0]:8080",
    "udp/[ff02::fb%eth0.5]:5353, udp/[ff02::fb%eth0.5]:5353",
    "[fe80::1%2]:80, [fe80::1%2]:80",
    "http, 80",
    "www, 80",
    "http-alt, 8080",
    "tcp/domain, 53",
    "udp/domain, udp/53",
    "127.0.0.1:http, 127.0.0.1:80",
    ":http, 80",
    "08080, 8080"
  })
  void oneTargetIsUnderstood(String word, String target) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Understood.class,
            understood ->
                assertThat(understood.targets())
                    .singleElement()
                    .extracting(PortTarget::toString)
                    .isEqualTo(target));
  }

  @ParameterizedTest
  @CsvSource({
    "3000-3002, 3, 3000, 3002",
    "udp/3000-3002, 3, udp/3000, udp/3002",
    "127.0.0.1:9-10, 2, 127.0.0.1:9, 127.0.0.1:10",
    "[::1]:9-10, 2, [::1]:9, [::1]:10",
    "[fe80::1%lo]:9-10, 2, [fe80::1%lo]:9, [fe80::1%lo]:10",
    "7-7, 1, 7, 7",
    "1-1024, 1024, 1, 1024",
    "65535-65535, 1, 65535, 65535"
  })
  void aRangeIsEachOfItsPorts(String word, int count, String first, String last) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Understood.class,
            understood -> {
              List<PortTarget> targets = understood.targets();
              assertThat(targets).hasSize(count);
              assertThat(targets.getFirst()).hasToString(first);
              assertThat(targets.getLast()).hasToString(last);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | an empty target",
        "65536 | a port is a number from 1 to 65535",
        "99999999999999999999 | a port is a number from 1 to 65535",
        "80x | a port is a number from 1 to 65535",
        "-80 | no port, and no service in /etc/services",
        "nosuch | no port, and no service in /etc/services",
        ": | no port, and no service in /etc/services",
        "127.0.0.1: | no port, and no service in /etc/services",
        "udp/http | no port, and no service in /etc/services",
        "8080/sctp | only tcp and udp",
        "sctp/8080 | only tcp and udp",
        "tcp/8080/udp | only tcp and udp",
        "::1 | IPv6 address without brackets",
        "::1:8080 | IPv6 address without brackets",
        "[::1] | IPv6 address without a port",
        "[::1]8080 | IPv6 address without a port",
        "[::1:8080 | IPv6 address without a port",
        "[127.0.0.1]:80 | no IPv6 address between the brackets",
        "[*]:80 | no IPv6 address between the brackets",
        "[]:80 | no IPv6 address between the brackets",
        "localhost:8080 | no IPv4 address before the colon",
        "127.1:8080 | no IPv4 address before the colon",
        "1.2.3.4 | a port is a number from 1 to 65535",
        "[fe80::1%]:80 | no interface behind the %",
        "[fe80::1%e!]:80 | no interface behind the %",
        "[fe80::1%-x]:80 | no interface behind the %",
        "[2001:db8::1%eth0]:80 | only a link-local address has an interface",
        "[::1%lo]:80 | only a link-local address has an interface",
        "3010-3000 | a range goes from a lower port to a higher one",
        "0-10 | a range goes from a lower port to a higher one",
        "10- | a range goes from a lower port to a higher one",
        "10-http | a range goes from a lower port to a higher one",
        "1-65536 | a range goes from a lower port to a higher one",
        "1-1025 | a range of more than 1024 ports",
        "1-2-3 | a range goes from a lower port to a higher one",
        "@ | an abstract name without a name",
        "unix: | a unix socket without a path"
      })
  void whatIsNoTargetIsRefusedWithTheReasonAndAnotherWay(String word, String problem) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Wrong.class,
            wrong -> {
              assertThat(wrong.problem()).contains(problem);
              assertThat(wrong.instead()).isNotBlank();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/run/app.sock | /run/app.sock",
        "./app.sock | ./app.sock",
        "../app.sock | ../app.sock",
        "unix:app.sock | app.sock",
        "unix:/run/app.sock | /run/app.sock",
        "unix:///run/app.sock | /run/app.sock",
        "@name | @name",
        "unix:@name | @name"
      })
  void placesOfUnixSocketsAreUnderstood(String word, String place) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Unix.class,
            unix -> assertThat(unix.target().word().bytes()).isEqualTo(place));
  }

  @Test
  void aPathIsNoLongerThanTheKernelTakes() {
    String longest = "/".repeat(1) + "a".repeat(106);

    assertThat(parse(longest)).isInstanceOf(TargetParser.Parsed.Unix.class);
    assertThat(parse("@" + longest)).isInstanceOf(TargetParser.Parsed.Unix.class);
    for (String longer : List.of(longest + "a", "unix:" + longest + "a", "@" + longest + "a")) {
      assertThat(parse(longer))
          .isInstanceOfSatisfying(
              TargetParser.Parsed.Wrong.class,
              wrong -> assertThat(wrong.problem()).contains("at most 107 bytes", "this one 108"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "127.0.0.1:0, 127.0.0.1:0", "udp/0, udp/0"})
  void zeroAsksForAnyEphemeralPort(String word, String target) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Understood.class,
            understood -> assertThat(understood.targets()).singleElement().hasToString(target));
  }

  @Test
  void withoutAListOfServicesOnlyNamesAreLost() {
    kernel.remove("/etc/services");

    assertThat(parse("80")).isInstanceOf(TargetParser.Parsed.Understood.class);
    assertThat(parse("http")).isInstanceOf(TargetParser.Parsed.Wrong.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", "udp/53", "127.0.0.1:80", "udp/[::1]:53", "[::]:1"})
  void aTargetIsWrittenAsItIsRead(String word) {
    assertThat(parse(word))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Understood.class,
            understood -> assertThat(understood.targets().getFirst()).hasToString(word));
  }
}
