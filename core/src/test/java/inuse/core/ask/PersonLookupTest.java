package inuse.core.ask;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose processes are the caller's own. */
final class PersonLookupTest {
  private final FakeKernel kernel =
      new FakeKernel()
          .user(0)
          .file("/proc/self/uid_map", "         0          0 4294967295\n")
          .file("/etc/passwd", "alice:x:1000:1000::/:/bin/sh\nbig:x:9999999999:1::/:/bin/sh\n");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  /** The person behind a process with ancestors of these users, the parent's first. */
  private Optional<Uid> person(String environment, long... users) {
    kernel.file("/proc/self/environ", environment.replace(' ', '\0') + "\0");
    AtomicInteger pid = new AtomicInteger(100);
    List<Ancestor> ancestry =
        Arrays.stream(users).mapToObj(user -> ancestor(pid.incrementAndGet(), user)).toList();
    return new PersonLookup(Host.of(kernel)).look(ancestry);
  }

  private Ancestor ancestor(int pid, long user) {
    kernel.file(
        "/proc/" + pid + "/status",
        "Name:\tx\nUid:\t" + user + "\t" + user + "\t" + user + "\t" + user + "\n");
    return new Ancestor(new Pid(pid), new Untrusted("x"));
  }

  @Test
  void whoIsNotRootIsThePersonWhateverTheEnvironmentSays() {
    kernel.user(1000);

    assertThat(person("SUDO_UID=33", 0, 34)).contains(new Uid(1000));
    assertThat(person("SUDO_UID=0")).contains(new Uid(1000));
  }

  @Test
  void rootIsRootWhereNothingSaysAnother() {
    assertThat(person("A=1", 0, 0)).contains(Uid.ROOT);
    assertThat(person("SUDO_UID=0 PKEXEC_UID=x DOAS_USER=nobody-there", 0)).contains(Uid.ROOT);
    assertThat(person("SUDO_UID=4294967296 DOAS_USER=big")).contains(Uid.ROOT);
  }

  /** sudo and su stay above; doas and pkexec become the program. */
  @Test
  void theNearestAncestorThatIsNotRootIsWhoBecameRoot() {
    assertThat(person("A=1", 0, 1000, 33, 0)).contains(new Uid(1000));
    assertThat(person("A=1", 1000, 0)).contains(new Uid(1000));
  }

  @ParameterizedTest
  @CsvSource({
    "SUDO_UID=1000",
    "PKEXEC_UID=1000",
    "DOAS_USER=alice",
    "SUDO_UID=1000 DOAS_USER=alice"
  })
  void theEnvironmentIsBelievedWhereNothingContradictsIt(String environment) {
    assertThat(person(environment, 0)).contains(new Uid(1000));
    assertThat(person(environment, 0, 1000)).contains(new Uid(1000));
  }

  /** doas with keepenv, and su, pass on what their user has set. */
  @ParameterizedTest
  @CsvSource({"SUDO_UID=33", "PKEXEC_UID=33", "SUDO_UID=33 DOAS_USER=alice"})
  void aContradictionMakesNothingClear(String environment) {
    assertThat(person(environment, 0, 1000)).isEmpty();
    assertThat(person(environment + " DOAS_USER=alice")).isEmpty();
  }

  /** In a user namespace, all users outside of it show as one. */
  @Test
  void whatHasNoUserHereIsNobody() {
    kernel.file("/proc/self/uid_map", "         0       1000          1\n");

    assertThat(person("A=1", 0, 65534)).contains(Uid.ROOT);
  }

  @Test
  void whatCannotBeReadSaysNothing() {
    Ancestor gone = new Ancestor(new Pid(7), new Untrusted("x"));
    kernel.file("/proc/8/status", "nonsense\n");
    Ancestor broken = new Ancestor(new Pid(8), new Untrusted("x"));

    assertThat(new PersonLookup(Host.of(kernel)).look(List.of(gone, broken))).contains(Uid.ROOT);
  }
}
