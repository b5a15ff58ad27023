package inuse.cli.help;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import inuse.core.evidence.Untrusted;
import inuse.render.Escape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may follow on a command line; an underscore is the end of one that ends with a space. */
final class CompletionTest {
  private static final int LOOPBACK = 0x7f000001;

  private final FakeHost host = new FakeHost();

  private List<String> next(String line) {
    String all =
        "completion next -- " + (line.endsWith("_") ? line.substring(0, line.length() - 1) : line);
    assertThat(host.run(all.split(" ", -1))).isZero();
    return host.kernel.stdout().lines().toList();
  }

  private List<String> words(String line) {
    List<String> lines = next(line);
    assertThat(lines.getFirst()).isEqualTo(":words");
    return lines.stream().skip(1).map(one -> one.split("\t", -1)[0]).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "fr, free",
    "free --gr, --grace",
    "free --signal HU, HUP",
    "run --on-conflict tak, take",
    "run --on-conflict=tak, --on-conflict=take",
    "run --restart al, always",
    "wait --until li, listening",
    "--color=n, --color=never",
    "explain time, time-wait",
    "explain ss, ss-netstat-lsof",
    "completion z, zsh",
    "tune --set tcp_fin, tcp_fin_timeout=",
    "tune --set net.ipv6.b, net.ipv6.bindv6only=",
    "tune --for cl, client",
    "--as ali, alice",
    "--as alice --dev, --device",
  })
  void whatBeginsAsTheWordDoesAndMakesSenseThere(String line, String only) {
    assertThat(words(line)).containsExactly(only);
  }

  @Test
  void portsInUseAreNamedWithTheirOwner() {
    host.held();

    assertThat(next("free 80")).containsExactly(":words", "8080\tserver (pid 10)");
    assertThat(new CompletionTest().words("free 80")).isEmpty();
  }

  @Test
  void aPortThatIsBoundAndNotListenedOnIsOfferedAsTheListHasIt() {
    host.sockets.add(AF_INET, IPPROTO_TCP, TCP_BOUND_INACTIVE, 101).local(LOOPBACK, 7001);

    assertThat(next("free 70")).containsExactly(":words", "7001\t(hidden)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"日本", "Grüße", "a\tb", "a\nb", "\u3164", "a\\x1b"})
  void anOwnerOfAnyNameIsNamed(String name) {
    host.held();
    String bytes = new String(name.getBytes(UTF_8), ISO_8859_1);
    host.kernel.link("/proc/10/exe", "/opt/" + bytes);

    assertThat(next("free 80"))
        .containsExactly(":words", "8080\t" + Escape.text(new Untrusted(bytes)) + " (pid 10)");
  }

  @Test
  void atFirstItMayBeACommandToo() {
    host.held();

    assertThat(words("_")).contains("free", "run", "8080").doesNotContain("");
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void everyOptionOfACommandIsOffered(Verb verb) {
    assertThat(words((verb.word() + " --").strip()))
        .containsExactlyElementsOf(
            List.of(Option.values()).stream()
                .filter(option -> option.verbs().contains(verb))
                .map(Option::word)
                .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "-- _, 1",
    "-- ser, 1",
    "-- server --po, 1",
    "run -- server _, 2",
    "run -p 80 server x, 3",
    "run -p 80 ser, 3",
  })
  void aCommandCompletesItself(String line, int at) {
    assertThat(next(line)).containsExactly(":command " + at);
  }

  @ParameterizedTest
  @CsvSource({"/run/a", "./a", "free --under _"})
  void pathsAreTheShellsBusiness(String line) {
    assertThat(next(line)).containsExactly(":files");
  }

  /** Whatever a shell would have to quote stays out, wherever it comes from. */
  @Test
  void nothingThatIsOfferedNeedsQuotes() {
    host.kernel.file("/etc/passwd", "a$(b):x:1:1::/:\nal ice:x:2:1::/:\nalice:x:3:1::/:\n");

    assertThat(words("--as a")).containsExactly("alice");
  }

  @Test
  void whatAProcessCallsItselfIsEscaped() {
    host.held();
    host.kernel.link("/proc/10/exe", "/opt/a\tb\nc\u001b");

    assertThat(next("free 80")).containsExactly(":words", "8080\ta\\x09b\\x0ac\\x1b (pid 10)");
  }

  @Test
  void aShellThatIsNotKnownMakesNoSense() {
    assertThat(host.run("completion", "tcsh")).isEqualTo(2);
    assertThat(host.kernel.stderr()).contains("SHELL is bash, zsh or fish");
  }
}
