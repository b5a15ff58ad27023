package inuse.core.ask.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As getaddrinfo(3) of glibc 2.36 answered with these files, where there is IPv6. */
final class LocalhostTest {
  private static final String BOTH = "127.0.0.1 localhost|::1 localhost ip6-localhost";

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    BOTH + ", '', '::1 127.0.0.1'",
    "'::1\tip6-localhost localhost|127.0.0.1 localhost', '', '::1 127.0.0.1'",
    "127.0.0.1 localhost, '', 127.0.0.1",
    "::1 localhost, '', ::1",
    "127.0.0.1 localhost|::1 ip6-localhost, '', 127.0.0.1",
    "'127.0.0.1 localhost # ::1|#::1 localhost', '', 127.0.0.1",
    "10.0.0.1 web, '', '::1 127.0.0.1'",
    BOTH + ", precedence ::ffff:0:0/96 100, '127.0.0.1 ::1'",
    BOTH + ", precedence ::ffff:0:0/96 41, '127.0.0.1 ::1'",
    BOTH + ", precedence ::ffff:0:0/96 30, '::1 127.0.0.1'",
    BOTH + ", '#precedence ::ffff:0:0/96 100', '::1 127.0.0.1'",
    BOTH + ", precedence ::ffff:0:0/96 39|precedence ::1/128 38, '127.0.0.1 ::1'",
    BOTH + ", precedence ::1/128 50|precedence ::/0 40|precedence ::ffff:0:0/96 10, '::1 127.0.0.1'"
  })
  void localhostIsWhatTheFilesSay(String hosts, String gai, String order) {
    List<String> found =
        Localhost.of(List.of(hosts.split("\\|", -1)), List.of(gai.split("\\|", -1))).stream()
            .map(IpAddress::toString)
            .toList();

    assertThat(String.join(" ", found)).isEqualTo(order);
  }
}
