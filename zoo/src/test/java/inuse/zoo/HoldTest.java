package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports that inuse holds for servers to come: what is said of them, and what gives them back. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class HoldTest extends Scenarios {
  private static final Pattern PORT = Pattern.compile("\"port\": (\\d+)");

  HoldTest(Way way) {
    super(way);
  }

  private Running held() {
    Running hold = lab.startThrough("hold", "8080");
    hold.awaitLine("8080");
    return hold;
  }

  @Test
  void aHeldPortIsACauseOfItsOwn() {
    Running hold = held();

    for (String target : List.of("8080", "127.0.0.1:8080", "[::1]:8080")) {
      lab.ask(target)
          .says(FREE_WITH_REUSEADDR)
          .because("held-port")
          .heldBy(hold)
          .cause("held-port")
          .summary("[::]:8080 is held by inuse (pid " + hold.pid())
          .severity("warning")
          .blocks("plain", "reuseport")
          .hasRemedy("use-reuseaddr")
          .hasRemedy("terminate");
    }
  }

  @Test
  void aServerThatSetsTheOptionIsToldThatItMayCome() {
    held();

    lab.question("--reuseaddr", "8080").ask().says(FREE).because("held-port");
  }

  @Test
  void aServerThatSetsTheOptionListensBesideIt() {
    Running hold = held();
    Running server =
        lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    lab.ask("8080").says(BLOCKED).because("listener", "held-port").heldBy(hold, server);
    lab.ask("8080").cause("listener").holdersHave("command", "hold");
  }

  @Test
  void theListSaysThatItIsHeld() {
    held();

    Output list = lab.runThrough("list", "8080");

    assertThat(list.exitCode()).isZero();
    assertThat(list.standardOutput()).contains("8080\ttcp\t").contains("held");
  }

  @Test
  void freeAsksItsHolderToEnd() {
    Running hold = held();

    lab.free("8080")
        .outcome("freed")
        .did("terminate " + hold.pid() + " SIGTERM exited")
        .provedByBind();
    assertThat(hold.awaitExit()).isEqualTo(143);
    lab.ask("8080").says(FREE).becauseNothing();
  }

  @Test
  void waitReturnsWhenItIsGivenUp() {
    Running hold = held();
    Running wait = lab.startThrough("wait", "8080");

    hold.signal("INT");

    assertThat(wait.awaitExit()).isZero();
  }

  @Test
  void aPortIsHeldOnce() {
    held();

    for (String target : List.of("8080", "127.0.0.1:8080", "[::]:8080")) {
      Output second = lab.runThrough("hold", target);

      assertThat(second.exitCode()).as("%s", second).isEqualTo(1);
      assertThat(second.standardOutput()).isEmpty();
      assertThat(second.standardError())
          .contains(" is held by inuse ")
          .endsWith("cannot be held: EADDRINUSE; nothing is held\n");
    }
  }

  @Test
  void itLastsUntilItsInputEnds() {
    assertThat(shell("true | " + inuse() + " hold 8080; echo over")).isEqualTo("8080\nover\n");
  }

  @Test
  void itLastsUntilItsOutputHasNoReaderAndAnEmptyInputDoesNotEndIt() {
    assertThat(shell(inuse() + " hold 8080 </dev/null | head -n 1; echo over"))
        .isEqualTo("8080\nover\n");
  }

  private String inuse() {
    return String.join(" ", lab.way().command());
  }

  private String shell(String script) {
    Output output = lab.output("sh", "-c", script);
    assertThat(output.exitCode()).as("%s", output).isZero();
    return output.standardOutput();
  }

  @Test
  void severalAtOnceNeverHoldTheSame() {
    List<Running> holds = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      holds.add(lab.startThrough("hold", "--count", "500", "--json"));
    }

    assertThat(holds)
        .flatExtracting(hold -> numbers(hold.awaitLine("{\"schema\":")))
        .doesNotHaveDuplicates()
        .hasSize(2000);
  }

  private static List<String> numbers(String document) {
    return PORT.matcher(document).results().map(one -> one.group(1)).toList();
  }

  @Test
  void ofManyThatNameTheSamePortOneHasIt() {
    String each = inuse() + " hold 8080 2>/dev/null </dev/null; echo refused";

    String said = shell("for i in 1 2 3 4; do (" + each + ") & done | head -n 4; wait");

    assertThat(said.lines()).containsExactlyInAnyOrder("8080", "refused", "refused", "refused");
  }
}
