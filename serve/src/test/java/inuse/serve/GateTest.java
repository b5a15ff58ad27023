package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are answered. */
final class GateTest {
  private static final String TOKEN = "a-token-of-some-length";

  private static int status(Gate gate, String method, String... headers) {
    Headers given = new Headers();
    for (int i = 0; i < headers.length; i += 2) {
      given.add(headers[i], headers[i + 1]);
    }
    return gate.refusal(method, given).map(Reply::status).orElse(200);
  }

  private static Gate open() {
    return new Gate("http", Set.of("web-1.example"), Optional.empty());
  }

  private static Gate closed() {
    return new Gate("https", Set.of(), Optional.of(TOKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9180",
        "LOCALHOST",
        "127.0.0.1:9180",
        "[::1]:9180",
        "10.1.2.3",
        "web-1.example:9180",
        "Web-1.Example"
      })
  void aHostThatIsOursIsAnswered(String host) {
    assertThat(status(open(), "GET", "Host", host)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:9180",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "",
        ":9180",
        "[::1].evil.example",
        "localhost:9180:80"
      })
  void aHostThatIsNotIsRefused(String host) {
    assertThat(status(open(), "GET", "Host", host)).isEqualTo(421);
  }

  @Test
  void noHostAndTwoOfThemAreRefused() {
    assertThat(status(open(), "GET")).isEqualTo(421);
    assertThat(status(open(), "GET", "Host", "localhost", "Host", "localhost")).isEqualTo(421);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://localhost:9180, 200",
    "Origin, http://evil.example, 403",
    "Origin, http://localhost:9181, 403",
    "Origin, https://localhost:9180, 403",
    "Origin, null, 403",
    "Sec-Fetch-Site, same-origin, 200",
    "Sec-Fetch-Site, none, 200",
    "Sec-Fetch-Site, cross-site, 403",
    "Sec-Fetch-Site, same-site, 403"
  })
  void anotherOriginIsRefused(String header, String value, int expected) {
    assertThat(status(open(), "GET", "Host", "localhost:9180", header, value)).isEqualTo(expected);
  }

  @Test
  void aLinkFromElsewhereIsFollowedAndAFrameIsNot() {
    assertThat(
            status(
                open(),
                "GET",
                "Host",
                "localhost:9180",
                "Sec-Fetch-Site",
                "cross-site",
                "Sec-Fetch-Mode",
                "navigate",
                "Sec-Fetch-Dest",
                "document"))
        .isEqualTo(200);
    assertThat(
            status(
                open(),
                "GET",
                "Host",
                "localhost:9180",
                "Sec-Fetch-Site",
                "cross-site",
                "Sec-Fetch-Mode",
                "navigate",
                "Sec-Fetch-Dest",
                "iframe"))
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"})
  void itOnlyLooks(String method) {
    assertThat(status(open(), method, "Host", "localhost")).isEqualTo(405);
  }

  @Test
  void aBodyIsRefused() {
    assertThat(status(open(), "GET", "Host", "localhost", "Content-Length", "5")).isEqualTo(413);
    assertThat(status(open(), "GET", "Host", "localhost", "Transfer-Encoding", "chunked"))
        .isEqualTo(413);
    assertThat(status(open(), "GET", "Host", "localhost", "Content-Length", "0")).isEqualTo(200);
  }

  @Test
  void aTokenIsABearersOrAPassword() {
    assertThat(status(closed(), "GET", "Host", "localhost", "Authorization", "Bearer " + TOKEN))
        .isEqualTo(200);
    assertThat(status(closed(), "GET", "Host", "localhost", "Authorization", basic("me:" + TOKEN)))
        .isEqualTo(200);
  }

  @Test
  void aTokenThatIsMissingOrWrongIsRefused() {
    assertThat(status(closed(), "GET", "Host", "localhost")).isEqualTo(401);
    for (String wrong :
        new String[] {
          "",
          "Bearer",
          "Bearer ",
          "Bearer " + TOKEN + "x",
          "Bearer " + TOKEN.substring(1),
          TOKEN,
          "Basic " + TOKEN,
          "Basic !!!",
          basic("me:"),
          basic("me:x" + TOKEN),
          "Digest " + TOKEN
        }) {
      assertThat(status(closed(), "GET", "Host", "localhost", "Authorization", wrong))
          .as(wrong)
          .isEqualTo(401);
    }
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }
}
