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
    "08080, 8080",
    ":::8080, [::]:8080",
    "::1:8080, [::1]:8080",
    "2001:db8::1:8080, [2001:db8::1]:8080",
    "localhost:8080, 127.0.0.1:8080",
    "app.localhost:8080, 127.0.0.1:8080",
    "http://localhost:3000/, 127.0.0.1:3000",
    "http://127.0.0.1:3000/a:9/b?c=1, 127.0.0.1:3000",
    "http://[::1]:3000, [::1]:3000",
    "https://127.0.0.1/, 127.0.0.1:443",
    "ws://127.0.0.1, 127.0.0.1:80",
    "domain://127.0.0.1, 127.0.0.1:53",
    "postgres://user:secret@127.0.0.1:5432/db, 127.0.0.1:5432",
    "udp://127.0.0.1:53, udp/127.0.0.1:53",
    "tcp://*:8080, 8080"
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
  @CsvSource(
      delimiter = '|',
      value = {
        "8080,9090 | 8080 9090",
        "80,8080-8081 | 80 8080 8081",
        "127.0.0.1:80,[::1]:80 | 127.0.0.1:80 [::1]:80",
        "80,443/tcp | 80 443",
        "udp/53,5353 | udp/53 udp/5353",
        "53,5353/udp | udp/53 udp/5353",
        "80/tcp,53/udp | 80 udp/53",
        "tcp/80,udp/53 | 80 udp/53",
        "80,80 | 80",
        "http,domain | 80 53"
      })
  void commasSeparateTargets(String word, String targets) {
    assertThat(written(word)).isEqualTo(targets);
  }

  @Test
  void localhostIsBothLoopbackAddressesWhereThereAreTwo() {
    kernel.file("/proc/net/if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n");

    assertThat(written("localhost:80")).isEqualTo("127.0.0.1:80 [::1]:80");
    assertThat(written("udp/localhost:53-54"))
        .isEqualTo("udp/127.0.0.1:53 udp/127.0.0.1:54 udp/[::1]:53 udp/[::1]:54");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error: listen EADDRINUSE: address already in use :::3000 | [::]:3000",
        "listen udp :53: bind: address already in use | udp/53",
        "curl: (7) Failed to connect to localhost port 3000 after 0 ms | 3000"
      })
  void aPastedMessageIsTheAddressThatItNames(String message, String target) {
    assertThat(written(message)).isEqualTo(target);
  }

  @Test
  void aTextIsReadOnceWhateverStandsInIt() {
    assertThat(parse("bind() to [fe80::1%a b]:80 failed"))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Understood.class,
            understood -> assertThat(understood.targets()).singleElement().hasToString("80"));
    assertThat(parse("cannot bind [::1%a b] here")).isInstanceOf(TargetParser.Parsed.Wrong.class);
  }

  @Test
  void aPastedMessageMayNameASocketFile() {
    assertThat(parse("Error: listen EADDRINUSE: address already in use /tmp/app.sock"))
        .isInstanceOfSatisfying(
            TargetParser.Parsed.Unix.class,
            unix -> assertThat(unix.target().word().bytes()).isEqualTo("/tmp/app.sock"));
  }

  private String written(String word) {
    return parse(word) instanceof TargetParser.Parsed.Understood(List<PortTarget> targets)
        ? String.join(" ", targets.stream().map(PortTarget::toString).toList())
        : parse(word).toString();
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
        "' ' | an empty target",
        "'\n\t' | an empty target",
        "65536 | a port is a number from 1 to 65535",
        "99999999999999999999 | a port is a number from 1 to 65535",
        "80x | a port is a number from 1 to 65535",
        "-80 | neither a port nor a service in /etc/services",
        "nosuch | neither a port nor a service in /etc/services",
        ": | neither a port nor a service in /etc/services",
        "127.0.0.1: | neither a port nor a service in /etc/services",
        "udp/http | neither a port nor a service in /etc/services",
        "8080/sctp | only tcp and udp",
        "sctp/8080 | only tcp and udp",
        "tcp/8080/udp | only tcp and udp",
        "::1 | IPv6 address without brackets",
        "::1:http | IPv6 address without brackets",
        "fe80::1 | IPv6 address without brackets",
        "2001:db8:0:0:0:0:0:1 | IPv6 address without brackets",
        "80, | an empty target",
        "80,,90 | an empty target",
        "http://example.org:80/ | host names are not looked up",
        "nosuch://127.0.0.1/ | a URL without a port",
        "bind: address already in use | neither a target nor an error message",
        "[localhost]:80 | no IPv6 address between the brackets",
        "[::1] | IPv6 address without a port",
        "[::1]8080 | IPv6 address without a port",
        "[::1:8080 | IPv6 address without a port",
        "[127.0.0.1]:80 | no IPv6 address between the brackets",
        "[*]:80 | no IPv6 address between the brackets",
        "[]:80 | no IPv6 address between the brackets",
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
        "/run/a: address already in use :22 | /run/a: address already in use :22",
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
