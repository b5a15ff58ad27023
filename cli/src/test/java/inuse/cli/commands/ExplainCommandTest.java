package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.Command;
import inuse.cli.help.Pages;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code inuse explain}: which page is shown, and what becomes of a name that has none. */
final class ExplainCommandTest {
  private static final int ONE_SCREEN = 50;

  private final FakeKernel kernel = new FakeKernel();

  private int run(String words) {
    return new Command(Host.of(kernel)).run(List.of(words.split(" ", -1)));
  }

  private String explained(String words) {
    assertThat(run("explain " + words)).as("%s", kernel.stderr()).isZero();
    return kernel.stdout();
  }

  @ParameterizedTest
  @CsvSource({
    "EADDRINUSE, EADDRINUSE",
    "eaddrinuse, EADDRINUSE",
    "98, EADDRINUSE",
    "Address already in use, EADDRINUSE",
    "13, EACCES",
    "EADDRNOTAVAIL, EADDRNOTAVAIL",
    "time-wait, time-wait",
    "TIME_WAIT, time-wait",
    "timewait, time-wait",
    "kill -9, kill -9",
    "SIGKILL, kill -9",
    "SO_REUSEADDR, SO_REUSEADDR",
    "so-reuseport, SO_REUSEPORT",
    "zombie, zombie",
    "zombie-leader, zombie-leader",
    "nsenter, nsenter",
    "ss netstat lsof, ss netstat lsof",
    "fuser, ss netstat lsof",
  })
  void aPageHasSeveralNames(String asked, String page) {
    assertThat(explained(asked)).startsWith(page + "\n\n");
  }

  @Test
  void withoutANameEveryPageIsListedWithItsFirstSentence() {
    String list = explained("").replaceAll("\\s+", " ");

    Pages.NAMES
        .lines()
        .map(line -> line.split("\t", -1)[0])
        .forEach(name -> assertThat(list).contains("- `" + name + "`: "));
    assertThat(list).contains("`abstract-socket`: An abstract unix name that a process holds. - ");
  }

  @Test
  void whatIsNotThereMakesNoSenseAndTheNearestIsNamed() {
    assertThat(run("explain zomby")).isEqualTo(2);
    assertThat(kernel.stderr())
        .isEqualTo(
            "inuse: nothing is called 'zomby'; did you mean zombie?"
                + " inuse explain lists every name\n");
    assertThat(kernel.stdout()).isEmpty();
  }

  @Test
  void whatIsLikeNothingIsToldWhereToLook() {
    assertThat(run("explain xylophone")).isEqualTo(2);
    assertThat(kernel.stderr())
        .isEqualTo("inuse: nothing is called 'xylophone'; inuse explain lists every name\n");
  }

  @Test
  void onlyOneOptionIsSetInLanguages() {
    assertThat(run("explain zombie --lang python")).isEqualTo(2);
    assertThat(kernel.stderr()).startsWith("inuse: zombie is the same in every language; ");
  }

  @Test
  void anOptionThatIsNoneIsNoName() {
    assertThat(run("explain --foo")).isEqualTo(2);
    assertThat(run("free -9 8080")).isEqualTo(2);
    assertThat(kernel.stderr()).contains("unknown option '--foo'").contains("unknown option '-9'");
  }

  static Stream<String> pages() {
    return Pages.NAMES.lines();
  }

  /** The names of one page are not another's: what is asked for is found, whichever comes first. */
  @ParameterizedTest
  @MethodSource("pages")
  void everyNameFindsItsOwnPageAndItFitsOnAScreen(String line) {
    String[] names = line.split("\t", -1);
    for (String name : names) {
      FakeKernel fresh = new FakeKernel();
      new Command(Host.of(fresh))
          .run(Stream.concat(Stream.of("explain"), Stream.of(name.split(" ", -1))).toList());

      assertThat(fresh.stdout()).as("%s", name).startsWith(names[0] + "\n\n");
      assertThat(fresh.stdout().lines()).hasSizeLessThanOrEqualTo(ONE_SCREEN);
      assertThat(fresh.stdout().lines().filter(shown -> !shown.startsWith("    ")))
          .as("commands apart, which are to be copied whole")
          .allSatisfy(shown -> assertThat(shown).hasSizeLessThanOrEqualTo(80));
    }
  }

  @Test
  void thePagesAreInTheOrderOfTheirNames() {
    List<String> lines = Pages.NAMES.lines().toList();

    assertThat(IntStream.range(0, lines.size()).mapToObj(Pages::text))
        .zipSatisfy(
            lines, (page, line) -> assertThat(page).startsWith("# " + line.split("\t", -1)[0]));
  }
}
