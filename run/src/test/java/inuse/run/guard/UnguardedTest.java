package inuse.run.guard;

import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.abi.Constants.S_ISGID;
import static inuse.kernel.abi.Constants.S_ISUID;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.run.RunHost;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UnguardedTest {
  private static final String PROGRAM = "/bin/server";

  private final RunHost host = new RunHost();

  UnguardedTest() {
    mode(0755);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private void mode(int permissions) {
    host.kernel.status(PROGRAM, new FileStatus(S_IFREG | permissions, 0, 77, 8, 1));
  }

  private Optional<Unguarded> before() {
    return Unguarded.before(host.machine, PROGRAM);
  }

  @Test
  void anOrdinaryProgramCanBeGuarded() {
    assertThat(before()).isEmpty();
  }

  @Test
  void aProgramThatGainsAUserOrAGroupCannot() {
    mode(0755 | S_ISUID);
    assertThat(before()).contains(new Unguarded.SetId());
    mode(0755 | S_ISGID);
    assertThat(before()).contains(new Unguarded.SetId());
  }

  @Test
  void norOneThatGainsCapabilities() {
    host.kernel.attribute(PROGRAM, "security.capability", 20);
    assertThat(before()).contains(new Unguarded.FileCapabilities());
  }

  @Test
  void anotherAttributeIsNoCapability() {
    host.kernel.attribute(PROGRAM, "security.selinux", 20);
    assertThat(before()).isEmpty();
  }

  @Test
  void rootGainsNothingByItAndItsProgramCanBeGuarded() {
    host.kernel.user(0).attribute(PROGRAM, "security.capability", 20);
    mode(0755 | S_ISUID);
    assertThat(before()).isEmpty();
  }

  @Test
  void ofAProgramThatIsNotThereTheStartWillTell() {
    host.kernel.noStatus(PROGRAM);
    assertThat(before()).isEmpty();
  }

  @Test
  void withoutDuplicatesOfDescriptorsTheSocketsCannotBeLookedAt() {
    host.kernel.refuse("pidfd_getfd", "", Errno.EPERM);
    assertThat(before()).contains(new Unguarded.NoDuplicates("EPERM"));
  }

  @Test
  void norWithoutPidfds() {
    host.kernel.refuse("pidfd_open", "", Errno.ENOSYS);
    assertThat(before()).contains(new Unguarded.NoDuplicates("ENOSYS"));
  }

  @Test
  void aFilterThatIsRefusedTellsWhy() {
    assertThat(Unguarded.of(Errno.EBUSY)).isEqualTo(new Unguarded.OtherSupervisor());
    assertThat(Unguarded.of(Errno.ENOSYS)).isEqualTo(new Unguarded.NoNotification());
    assertThat(Unguarded.of(Errno.EINVAL)).isEqualTo(new Unguarded.NoNotification());
    assertThat(Unguarded.of(Errno.EACCES)).isEqualTo(new Unguarded.Refused("EACCES"));
  }
}
