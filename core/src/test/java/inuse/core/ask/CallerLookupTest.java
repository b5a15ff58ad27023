package inuse.core.ask;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Login;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of this very process. */
final class CallerLookupTest {
  private final FakeKernel kernel =
      new FakeKernel()
          .file("/proc/4242/stat", stat(4242, "inuse", 700, 690))
          .file("/proc/4242/cgroup", "0::/user.slice/session-3.scope\n")
          .file("/proc/700/stat", stat(700, "bash) S 9 9 9", 1, 690))
          .file("/proc/1/stat", stat(1, "init", 0, 1));

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static String stat(int pid, String name, int parent, int session) {
    return pid
        + " ("
        + name
        + ") S "
        + parent
        + " 1 "
        + session
        + " 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n";
  }

  private Caller look() {
    return new CallerLookup(Host.of(kernel)).look();
  }

  @Test
  void whatWeLiveInIsKnown() {
    Caller caller = look();

    assertThat(caller.pid()).isEqualTo(new Pid(4242));
    assertThat(caller.uid()).isEqualTo(new Uid(1000));
    assertThat(caller.ancestry())
        .containsExactly(
            new Ancestor(new Pid(700), new Untrusted("bash) S 9 9 9")),
            new Ancestor(new Pid(1), new Untrusted("init"), Tie.ADOPTED));
    assertThat(caller.session()).contains(new Pid(690));
    assertThat(caller.cgroup())
        .isEqualTo(Reading.known(new Untrusted("/user.slice/session-3.scope")));
    assertThat(caller.person().get()).contains(new Uid(1000));
    assertThat(caller.login()).isEqualTo(new Login(Set.of(), false, Set.of()));
  }

  @Test
  void whatCannotBeReadOfUsIsNotKnown() {
    kernel.file("/proc/4242/stat", "4242 (inuse) S 1").file("/proc/4242/cgroup", "no group");

    Caller caller = look();

    assertThat(caller.ancestry()).isEmpty();
    assertThat(caller.session()).isEmpty();
    assertThat(caller.cgroup().toOptional()).isEmpty();
  }

  @Test
  void itIsKnownWhetherProcShowsUsByOurPid() {
    assertThat(look().seesOwnPids()).isEqualTo(Reading.known(true));

    kernel.numberedInProc(4242, "29155 4242");
    assertThat(look().seesOwnPids()).isEqualTo(Reading.known(false));
  }

  @Test
  void thePortThatTheLoginCameInByIsTheLastWord() {
    kernel.file("/proc/self/environ", "HOME=/\0SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 2222\0");

    assertThat(look().login().sshPorts().get()).containsExactly(new Port(2222));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH_CONNECTION=",
        "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1",
        "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 x",
        "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 70000",
        "SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 22 23",
        "MY_SSH_CONNECTION=10.0.0.9 50000 10.0.0.1 22",
      })
  void anythingElseIsNoLogin(String variable) {
    kernel.file("/proc/self/environ", variable + "\0");

    assertThat(look().login().sshPorts().get()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsUnknown() {
    kernel.remove("/proc/4242");

    Caller caller = look();

    assertThat(caller.ancestry()).isEmpty();
    assertThat(caller.session()).isEmpty();
    assertThat(caller.cgroup().toOptional()).isEmpty();
  }

  @Test
  void aSessionOfAnotherPidNamespaceIsNone() {
    kernel.file("/proc/4242/stat", stat(4242, "inuse", 700, 0));

    assertThat(look().session()).isEmpty();
  }
}
