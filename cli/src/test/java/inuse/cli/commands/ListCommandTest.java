package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.kernel.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list: its options, what it prints where, and what it ends with. */
final class ListCommandTest {
  private static final String ROW =
      "8080\ttcp\teveryone\tall\t10\talice\t2027-01-15T07:58:20Z\t0\tserver\tby bash"
          + "\t/home/alice\n";

  private final FakeHost host = new FakeHost();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void onAPipeARowIsALine() {
    assertThat(host.held().run("list")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo(ROW);
    assertThat(host.kernel.stderr()).isEmpty();
  }

  @Test
  void onATerminalItIsATable() {
    host.kernel.terminal(80);

    assertThat(host.held().run()).isZero();
    assertThat(host.kernel.stdout())
        .startsWith(" PORT  OPEN TO   WHO     PID  USER ")
        .contains("\n 8080  everyone  server   10  alice ")
        .contains(" 1 held   1 open to the network   why: inuse 8080\n");
  }

  @ParameterizedTest
  @CsvSource({
    "list 8080, 0",
    "list :8080, 0",
    "list 8000-8100, 0",
    "list 9000, 1",
    "list serv, 0",
    "list other, 1",
    "list --exposed, 0",
    "list --udp, 1",
    "list --left-over, 1",
    "list --unit a, 1",
    "list --container a, 1",
    "list --under /home, 0",
    "list --under /srv, 1",
    "--exposed, 0",
    "list --sort since, 0",
    "list --sort beauty, 2",
    "list --under /nowhere, 2",
  })
  void theStatusSaysWhetherThereAreRows(String line, int status) {
    host.kernel
        .directory("/home/alice", 7)
        .directory("/srv", 8)
        .link("/proc/10/cwd", "/home/alice");

    assertThat(host.held().run(line.split(" ", -1))).isEqualTo(status);
  }

  @Test
  void mineIsWhatTheCallingUserHas() {
    host.heldBy(0).kernel.user(1000);

    assertThat(host.run("list", "--mine", "-q")).isEqualTo(1);
    assertThat(host.run("list", "-q")).isZero();
    assertThat(host.kernel.stdout()).isEmpty();
  }

  @Test
  void whereNobodyCouldTellThatIsTheStatus() {
    host.kernel.refuse("socket", "16", Errno.EPERM);

    assertThat(host.run("list")).isEqualTo(3);
    assertThat(host.kernel.stderr()).contains("inuse: not looked at: ");
  }

  @Test
  void whatIsServedIsWrittenDownAndComparedWith() {
    host.held();
    assertThat(host.run("list", "--save", "/srv/expected")).isZero();
    assertThat(host.kernel.content("/srv/expected"))
        .contains("# inuse.expected/1\ntcp\t8080\teveryone\tserver\n");
    assertThat(host.run("list", "--expect", "/srv/expected")).isZero();

    host.ends();
    assertThat(host.run("list", "--expect", "/srv/expected")).isEqualTo(1);
    assertThat(host.kernel.stdout())
        .isEqualTo(
            "/srv/expected: 1 place that should be served\nmissing: tcp 8080, server, everyone\n");
  }

  @Test
  void aFileThatIsNoneOfThemOrCannotBeWrittenIsSaid() {
    host.held()
        .kernel
        .file("/srv/other", "tcp 80\n")
        .refuse("create", "/srv/expected.new", Errno.EACCES);

    assertThat(host.run("list", "--expect", "/srv/other")).isEqualTo(2);
    assertThat(host.run("list", "--expect", "/srv/none")).isEqualTo(2);
    assertThat(host.run("list", "--save", "/srv/expected")).isEqualTo(1);
    assertThat(host.kernel.stderr()).contains("open /srv/expected: EACCES");
  }

  @Test
  void whatIsLeftOverIsFreedBelowADirectoryOnly() {
    host.held().kernel.directory("/home/alice", 7);

    assertThat(host.run("free", "--left-over")).isEqualTo(2);
    assertThat(host.run("free", "--left-over", "--under", "/home/alice")).isZero();
    assertThat(host.kernel.stdout()).isEqualTo("nothing that is bound was left over there\n");
    assertThat(host.run("free", "--left-over", "--under", "/home", "--netns", "a")).isEqualTo(2);
  }

  @Test
  void whatIsLeftOverIsShownBeforeItIsAskedFor() {
    host.held().kernel.directory("/home/alice", 7).link("/proc/10/cwd", "/home/alice/wt (deleted)");
    host.kernel.directory("/home/alice/wt (deleted)", 9);

    assertThat(host.run("free", "--left-over", "--under", "/home/alice")).isEqualTo(4);
    assertThat(host.kernel.stdout()).contains("\tleft over\t/home/alice/wt is gone\n");
    assertThat(host.kernel.stderr()).startsWith("inuse: not confirmed");
  }

  @Test
  void inJsonItIsADocument() {
    assertThat(host.held().run("list", "--json")).isZero();
    assertThat(host.kernel.stdout())
        .contains("\"schema\": \"inuse.list/1\"", "\"cause\": \"listener\"", "\"ports\": [");
  }
}
