package inuse.core.explain.rule;

import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.SnapshotBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real binds mean. */
final class VerdictTest {
  private static final String NONE = "-";

  private static Verdict verdict(SnapshotBuilder probes) {
    return Verdict.of(probes.build().probes());
  }

  private static SnapshotBuilder with(
      SnapshotBuilder probes, String at, String plain, String reuse) {
    if (!plain.equals(NONE)) {
      probes.probe(at, false, plain);
    }
    return reuse.equals(NONE) ? probes : probes.probe(at, true, reuse);
  }

  @ParameterizedTest(name = "plain {0}, with SO_REUSEADDR {1}: {2}")
  @CsvSource({
    "ok,            -,             FREE",
    "EADDRINUSE,    ok,            FREE_WITH_REUSEADDR",
    "EADDRINUSE,    EADDRINUSE,    BLOCKED",
    "EADDRINUSE,    EMFILE,        UNKNOWN",
    "EADDRINUSE,    -,             UNKNOWN",
    "EACCES,        -,             DENIED",
    "EPERM,         -,             DENIED",
    "EADDRNOTAVAIL, -,             NOT_LOCAL",
    "EMFILE,        -,             UNKNOWN",
    "ENFILE,        -,             UNKNOWN",
    "ENOBUFS,       -,             UNKNOWN",
    "EAFNOSUPPORT,  -,             UNKNOWN",
    "'errno 4000',  -,             UNKNOWN",
    "-,             -,             UNKNOWN",
  })
  void oneAddressHasTheVerdictOfItsBinds(String plain, String reuse, Verdict verdict) {
    assertThat(verdict(with(snapshot(), "127.0.0.1", plain, reuse))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0} {1} and {2} {3}: {4}")
  @CsvSource({
    "ok,         -,          ok,            -,          FREE",
    "ok,         -,          EAFNOSUPPORT,  -,          FREE",
    "EAFNOSUPPORT, -,        ok,            -,          FREE",
    "EADDRINUSE, EADDRINUSE, EAFNOSUPPORT,  -,          BLOCKED",
    "EAFNOSUPPORT, -,        EAFNOSUPPORT,  -,          UNKNOWN",
    "EADDRINUSE, EADDRINUSE, ok,            -,          BLOCKED",
    "ok,         -,          EADDRINUSE,    ok,         FREE_WITH_REUSEADDR",
    "EADDRINUSE, ok,         EADDRINUSE,    EADDRINUSE, BLOCKED",
    "EADDRINUSE, ok,         EACCES,        -,          DENIED",
    "EACCES,     -,          ok,            -,          DENIED",
    "EACCES,     -,          EADDRINUSE,    EADDRINUSE, BLOCKED",
    "EMFILE,     -,          EADDRINUSE,    EADDRINUSE, BLOCKED",
    "EMFILE,     -,          ok,            -,          UNKNOWN",
  })
  void theWorstOfTwoAddressesIsTheVerdict(
      String plain4, String reuse4, String plain6, String reuse6, Verdict verdict) {
    SnapshotBuilder probes = with(snapshot(), "0.0.0.0", plain4, reuse4);

    assertThat(verdict(with(probes, "::", plain6, reuse6))).isEqualTo(verdict);
  }

  @Test
  void withoutProbesNothingIsKnown() {
    assertThat(Verdict.of(List.of())).isEqualTo(Verdict.UNKNOWN);
    assertThat(Verdict.ofAddress(List.of(), IpAddress.ANY_V4)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void theWordsAreThoseOfTheContract() {
    assertThat(List.of(Verdict.values()).stream().map(Verdict::word))
        .containsExactlyInAnyOrder(
            "free", "free-with-reuseaddr", "blocked", "denied", "not-local", "unknown");
  }
}
