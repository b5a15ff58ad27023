package inuse.core.ask;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Login;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way in of a login whose environment says nothing. We are pid 4242 below shell 700. */
final class LoginLookupTest {
  private static final long PTS_3 = 136 << 8 | 3;
  private static final long PTS_300 = 300 % 256 | 136 << 8 | 1 << 20;
  private static final String SCOPE = "/user.slice/user-1000.slice/session-7.scope";

  private final FakeKernel kernel = new FakeKernel();

  LoginLookupTest() {
    process(1, "systemd", 0);
    process(700, "bash", 1);
    process(4242, "inuse", 700);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private void process(int pid, String name, int parent) {
    process(pid, name, parent, 690, 0);
  }

  private void process(int pid, String name, int parent, int session, long terminal) {
    kernel.file(
        "/proc/" + pid + "/stat",
        pid
            + " ("
            + name
            + ") S "
            + parent
            + " 1 "
            + session
            + " "
            + terminal
            + " -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n");
  }

  private Login look() {
    return look(Optional.empty(), "/user.slice");
  }

  private Login look(Optional<Pid> leader, String cgroup) {
    Host host = Host.of(kernel);
    List<Ancestor> ancestry =
        new HolderFacts(host, new UserNames(host.proc())).ancestry(new Pid(kernel.getPid()));
    return new LoginLookup(host).look(ancestry, leader, cgroup);
  }

  private static Pid[] pids(int... pids) {
    return Arrays.stream(pids).mapToObj(Pid::new).toArray(Pid[]::new);
  }

  @Test
  void ofALocalLoginNothingIsSeen() {
    assertThat(look()).isEqualTo(Login.UNKNOWN);
  }

  /** By sshd, bash, sudo: as sudo leaves it, without SSH_CONNECTION. */
  @ParameterizedTest
  @ValueSource(strings = {"sshd", "sshd-session", "dropbear"})
  void anAncestorThatIsAnSshdIsAWayInWhateverTheEnvironmentSays(String sshd) {
    process(600, sshd, 1);
    process(650, "bash", 600);
    process(700, "sudo", 650);

    assertThat(look().ssh().get()).isTrue();
    assertThat(look().sshPorts().get()).isEmpty();
  }

  @Test
  void anSshdIsKnownByItsFileToo() {
    process(600, "my title", 1);
    process(700, "bash", 600);
    kernel.link("/proc/600/exe", "/usr/sbin/sshd (deleted)");

    assertThat(look().ssh().get()).isTrue();
  }

  @Test
  void whatIsCalledLikeAnSshdElsewhereIsNoWayIn() {
    process(600, "sshd", 1);
    process(601, "sshd-session", 600);
    process(700, "ssh", 1);

    assertThat(look()).isEqualTo(Login.UNKNOWN);
  }

  @Test
  void theEnvironmentOfAnAncestorSaysThePortThatSudoTookAway() {
    kernel.file("/proc/700/environ", "A=1\0SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 2222\0");
    kernel.file("/proc/self/environ", "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 22\0");

    assertThat(look().sshPorts().get()).containsExactlyInAnyOrder(new Port(22), new Port(2222));
    assertThat(look().ssh().get()).isFalse();
  }

  /** The server is below PID 1; it has open the terminal of the client below the sshd. */
  @ParameterizedTest
  @CsvSource({"tmux: server, 3", "screen, 300"})
  void theClientOfAMultiplexerIsFoundByItsTerminal(String server, int terminal) {
    process(690, server, 1);
    process(700, "bash", 690);
    kernel.link("/proc/690/fd/5", "/dev/pts/" + terminal).link("/proc/690/fd/6", "/dev/ptmx");
    long number = terminal == 3 ? PTS_3 : PTS_300;
    process(500, "sshd", 1);
    process(501, "sshd-session", 500);
    process(510, "bash", 501, 510, number);
    process(520, "tmux: client", 510, 510, number);
    process(530, "sshd-session", 500);
    process(540, "bash", 530, 540, number + 1);

    assertThat(look()).isEqualTo(new Login(Set.of(pids(510, 501, 500)), true, noPort()));

    kernel.remove("/proc/690/fd/5");
    assertThat(look()).isEqualTo(Login.UNKNOWN);
  }

  private static Set<Port> noPort() {
    return Set.of();
  }

  @Test
  void theLeaderOfTheSessionNeedNotBeAnAncestor() {
    process(600, "sshd", 1);
    process(650, "bash", 600);

    assertThat(look(Optional.of(new Pid(650)), "/").way())
        .containsExactlyInAnyOrder(pids(650, 600));
    assertThat(look(Optional.of(new Pid(650)), "/").ssh().get()).isTrue();
  }

  private static String utmp(int type, int pid, String line, String host) {
    StringBuilder record = new StringBuilder("\0".repeat(384));
    record.setCharAt(0, (char) type);
    record.setCharAt(4, (char) (pid & 0xff));
    record.setCharAt(5, (char) (pid >> 8));
    record.replace(8, 8 + line.length(), line);
    record.replace(76, 76 + host.length(), host);
    return record.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "7, pts/3, 10.0.0.9, true",
    "7, pts/3, '', false",
    "7, pts/3, :0, false",
    "7, pts/3, tmux(690).%0, false",
    "8, pts/3, 10.0.0.9, false",
    "7, pts/4, 10.0.0.9, false",
  })
  void utmpTellsFromWhereATerminalWasLoggedInTo(int type, String line, String host, boolean ssh) {
    kernel.link("/proc/700/fd/0", "/dev/pts/3");
    kernel.file(
        "/run/utmp", utmp(2, 0, "~", "6.18") + utmp(type, 610, line, host) + "a torn record");
    process(610, "login", 1);

    assertThat(look().ssh().get()).isEqualTo(ssh);
    assertThat(look().way().contains(new Pid(610))).isEqualTo(type == 7 && line.equals("pts/3"));
  }

  /** Neither setsid(2) nor sudo leaves it, and a restarted sshd is not in it. */
  @Test
  void anSshdOfOurAuditSessionIsOurWayIn() {
    kernel.file("/proc/self/sessionid", "7").file("/proc/600/sessionid", "7");
    kernel.file("/proc/601/sessionid", "8").file("/proc/602/sessionid", "7");
    process(500, "sshd", 1);
    process(600, "sshd-session", 500);
    process(601, "sshd-session", 500);
    process(602, "nginx", 1);

    assertThat(look().way()).containsExactlyInAnyOrder(pids(600, 500));
    assertThat(look().ssh().get()).isTrue();
  }

  @Test
  void whereNoLoginSetAnAuditSessionItIsEverybodys() {
    kernel.file("/proc/self/sessionid", "4294967295").file("/proc/600/sessionid", "4294967295");
    process(600, "sshd", 1);

    assertThat(look()).isEqualTo(Login.UNKNOWN);
  }

  @Test
  void logindNamesTheLeaderOfTheSessionWhoseScopeWeAreIn() {
    kernel.file("/run/systemd/sessions/7", "UID=1000\nREMOTE=1\nLEADER=600\n");
    process(600, "sshd", 1);

    assertThat(look(Optional.empty(), SCOPE + "/x").way()).containsExactly(new Pid(600));
    assertThat(look(Optional.empty(), SCOPE + "/x").ssh().get()).isTrue();
    assertThat(look(Optional.empty(), "/user.slice/session-..scope")).isEqualTo(Login.UNKNOWN);
    kernel.file("/run/systemd/sessions/7", "LEADER=1\nLEADER=x\n");
    assertThat(look(Optional.empty(), SCOPE)).isEqualTo(Login.UNKNOWN);
  }

  @Test
  void whatMayNotBeReadIsNotKnown() {
    kernel
        .file("/proc/700/environ", "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 22\0")
        .refuse("open", "/proc/700/environ", Errno.EACCES)
        .refuse("open", "/proc/700/fd", Errno.EACCES)
        .file("/proc/1/stat", "nonsense");
    assertThat(look()).isEqualTo(Login.UNKNOWN);

    kernel.file("/proc/700/stat", "nonsense");
    assertThat(look()).isEqualTo(Login.UNKNOWN);
  }

  @Test
  void ancestorsInACircleEnd() {
    process(700, "bash", 4242);

    assertThat(look().ssh().get()).isFalse();
  }
}
