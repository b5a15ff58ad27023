package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who started a process, and who only adopted it, by sessions and process groups. */
final class HolderFactsTest {
  private final FakeKernel kernel = new FakeKernel();

  private void process(int pid, String name, int parent, int group, int session) {
    kernel.file(
        "/proc/" + pid + "/stat",
        pid
            + " ("
            + name
            + ") S "
            + parent
            + " "
            + group
            + " "
            + session
            + " 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n");
    kernel.link("/proc/" + pid + "/fd/0", "/dev/pts/3");
  }

  private Holder read(int pid) {
    Host host = Host.of(kernel);
    UserNames users = new UserNames(host.proc());
    return new HolderFacts(host, users).read(new Pid(pid), List.of(), List.of()).orElseThrow();
  }

  @Test
  void aProcessAboveSeveralIsReadOnceForOneAnswer() {
    process(1, "init", 0, 1, 1);
    process(700, "npm", 1, 700, 700);
    process(801, "node", 700, 700, 700);
    process(802, "node", 700, 700, 700);
    List<Integer> read = new ArrayList<>();
    List.of(1, 700)
        .forEach(pid -> kernel.beforeOpen("/proc/" + pid + "/stat", () -> read.add(pid)));
    Host host = Host.of(kernel);
    HolderFacts facts = new HolderFacts(host, new UserNames(host.proc()));
    SharedFacts shared = new SharedFacts();

    List<List<Pid>> above =
        List.of(801, 802).stream()
            .map(pid -> facts.read(new Pid(pid), List.of(), List.of(), shared).orElseThrow())
            .map(one -> one.ancestry().stream().map(Ancestor::pid).toList())
            .toList();

    assertThat(above).containsOnly(List.of(new Pid(700), new Pid(1)));
    assertThat(read).containsExactly(700, 1);
  }

  private List<Tie> ties(int pid) {
    return read(pid).ancestry().stream().map(Ancestor::tie).toList();
  }

  @Test
  void theShellBelowAKilledNpmLostItsParentAndTheServerIsBelowIt() {
    process(1, "init", 0, 1, 1);
    process(700, "bash", 1, 700, 700);
    process(801, "sh", 1, 800, 700);
    process(802, "node", 801, 800, 700);

    assertThat(read(802).reparented())
        .contains(
            new Reparented(new Pid(801), List.of(new Untrusted("sh")), true, Reading.known(false)));
    assertThat(ties(802)).containsExactly(Tie.STARTED, Tie.ADOPTED);
  }

  @Test
  void whoIsInBetweenIsCalledByItsProgramNotByTheNameItGaveItself() {
    process(1, "init", 0, 1, 1);
    process(700, "bash", 1, 700, 700);
    process(801, "npm run dev", 1, 800, 700);
    process(802, "sh", 801, 800, 700);
    process(803, "node", 802, 800, 700);
    kernel.link("/proc/801/exe", "/usr/bin/node (deleted)");

    assertThat(read(803).reparented().orElseThrow().through())
        .containsExactly(new Untrusted("sh"), new Untrusted("node"));
  }

  @Test
  void aSessionThatIsGoneIsNotAlive() {
    process(1, "init", 0, 1, 1);
    process(802, "node", 1, 800, 700);

    assertThat(read(802).reparented())
        .contains(new Reparented(new Pid(802), List.of(), false, Reading.known(false)));
  }

  @Test
  void whatGoesOnInATerminalThatWasClosedIsSaidToDoSo() {
    process(1, "init", 0, 1, 1);
    process(802, "node", 1, 802, 700);
    kernel.link("/proc/802/fd/0", "/dev/null");
    kernel.link("/proc/802/fd/1", "/dev/pts/3 (deleted)");
    process(803, "node", 1, 803, 700);
    kernel.link("/proc/803/fd/1", "/dev/pts/3");

    assertThat(read(802).reparented())
        .contains(new Reparented(new Pid(802), List.of(), false, Reading.known(false), true));
    assertThat(read(803).reparented().orElseThrow().terminalGone()).isFalse();
  }

  @Test
  void theFirstProcessOfATerminalThatWasClosedIsLostIfItStillReadsFromThere() {
    process(1, "init", 0, 1, 1);
    process(700, "sh", 1, 700, 700);
    process(701, "node", 700, 700, 700);
    kernel.link("/proc/700/fd/0", "/dev/pts/3 (deleted)");
    kernel.link("/proc/700/fd/1", "/dev/pts/3 (deleted)");
    process(800, "daemon", 1, 800, 800);
    kernel.link("/proc/800/fd/0", "/dev/null");
    kernel.link("/proc/800/fd/1", "/dev/pts/3 (deleted)");
    process(900, "xterm", 1, 900, 900);
    process(901, "node", 900, 901, 901);
    kernel.link("/proc/901/fd/0", "/dev/pts/3 (deleted)");
    kernel.link("/proc/901/fd/1", "/dev/pts/3 (deleted)");

    assertThat(read(701).reparented())
        .contains(
            new Reparented(
                new Pid(700), List.of(new Untrusted("sh")), false, Reading.known(false), true));
    assertThat(read(800).reparented()).as("left its session on purpose").isEmpty();
    assertThat(read(901).reparented()).as("its starter is there").isEmpty();
  }

  @Test
  void whatItsShellStillHasLostNobody() {
    process(1, "systemd", 0, 1, 1);
    process(2, "sshd", 1, 2, 2);
    process(700, "bash", 2, 700, 700);
    process(800, "npm", 700, 800, 700);
    process(801, "node", 800, 800, 700);

    assertThat(read(801).reparented()).isEmpty();
    assertThat(ties(801)).containsExactly(Tie.STARTED, Tie.STARTED, Tie.STARTED, Tie.EITHER);
  }

  @Test
  void aContainersFirstShellStartedWhatRunsInItsSession() {
    process(1, "sh", 0, 1, 1);
    process(7, "python3", 1, 1, 1);
    process(8, "job", 1, 8, 1);

    assertThat(read(7).reparented()).isEmpty();
    assertThat(ties(7)).containsExactly(Tie.STARTED);
    assertThat(ties(8)).containsExactly(Tie.STARTED);
  }

  @Test
  void whatAJobLeftBehindInTheSessionOfPid1MayBeAdopted() {
    process(1, "bash", 0, 1, 1);
    process(9, "node", 1, 6, 1);

    assertThat(ties(9)).containsExactly(Tie.EITHER);
  }

  @Test
  void whatLeadsASessionBelowPid1OrAManagerOfServicesMayBeAdopted() {
    process(1, "init", 0, 1, 1);
    process(600, "systemd", 1, 600, 600);
    process(801, "node", 600, 801, 801);
    process(802, "node", 1, 802, 802);
    process(700, "bash", 1, 700, 700);
    process(803, "node", 700, 803, 803);

    assertThat(read(802).reparented()).isEqualTo(Optional.empty());
    assertThat(ties(801)).containsExactly(Tie.EITHER, Tie.EITHER);
    assertThat(ties(802)).containsExactly(Tie.EITHER);
    assertThat(ties(803)).containsExactly(Tie.STARTED, Tie.EITHER);
  }
}
