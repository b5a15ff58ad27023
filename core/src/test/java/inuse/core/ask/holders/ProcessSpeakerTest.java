package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;

/** Whose word a process is. */
final class ProcessSpeakerTest {
  private static final Speaker ALICE = Speaker.of(new Uid(1000));

  private final FakeKernel kernel = new FakeKernel().user(0);
  private final Planted planted = new Planted(kernel);

  private ProcessSpeaker.Told told(int pid) {
    Host host = Host.of(kernel);
    return new ProcessSpeaker(host, new UserNames(host.proc())).of(new Pid(pid));
  }

  private Speaker speaker() {
    return told(10).speaker();
  }

  @Test
  void rootsProcessThatRunsRootsFileIsRootsWord() {
    planted.program("/usr/bin/runsv", 0).process(10, 0, "/usr/bin/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ROOT);
    assertThat(told(10).program()).contains("runsv");
    assertThat(told(10).ofRoot()).isTrue();
  }

  @Test
  void anotherUsersProcessIsThatUsersWordWhateverItRuns() {
    planted.program("/usr/bin/runsv", 0).process(10, 1000, "/usr/bin/runsv");

    assertThat(speaker()).isEqualTo(ALICE);
    assertThat(told(10).ofRoot()).isTrue();
  }

  @Test
  void aFileThatAnotherUserOwnsIsNotRoots() {
    planted.program("/usr/bin/runsv", 1000).process(10, 0, "/usr/bin/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void aFileThatOthersMayWriteIsNotRoots() {
    planted.file("/usr/bin/runsv", 0, 0775).process(10, 0, "/usr/bin/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void rootsFileUnderAnotherNameInAnotherUsersDirectoryIsNotRoots() {
    planted.directory("/home/alice", 1000).program("/home/alice/runsv", 0);
    planted.process(10, 0, "/home/alice/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void aHardLinkInTmpIsNotRootsAndADirectoryOfRootsThereIs() {
    planted.directory("/tmp", 0, 01777).program("/tmp/runsv", 0).program("/tmp/own/runsv", 0);
    planted.process(10, 0, "/tmp/runsv").process(11, 0, "/tmp/own/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
    assertThat(told(11).speaker()).isEqualTo(Speaker.ROOT);
  }

  @Test
  void whatAnyUserMayStartAsRootIsNotRootsWord() {
    planted.file("/usr/bin/sudo", 0, 04755).process(10, 0, "/usr/bin/sudo");
    planted.program("/usr/bin/runsv", 0).setUserId(11, 1000, "/usr/bin/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
    assertThat(told(11).speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void inAContainerThePathIsThatOfAnotherFile() {
    planted.program("/usr/bin/runsv", 0).program("/layer/runsv", 0);
    planted.process(10, 0, "/usr/bin/runsv").seenAs("/proc/10/exe", "/layer/runsv");

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void aFileThatWasReplacedIsKnownByItsDirectoryWhereTheProcessSeesOurs() {
    planted.program("/usr/bin/new", 0).process(10, 0, "/usr/bin/new");
    kernel.link("/proc/10/exe", "/usr/bin/runsv (deleted)");

    assertThat(speaker()).isEqualTo(Speaker.ROOT);
    assertThat(told(10).program()).contains("runsv");
    kernel.link("/proc/10/ns/mnt", "mnt:[2]");
    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
    kernel.link("/proc/10/ns/mnt", "mnt:[1]").link("/proc/10/exe", "/home/alice/runsv (deleted)");
    planted.directory("/home/alice", 1000);
    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
    planted.program("/usr/bin/new", 1000).process(10, 0, "/usr/bin/new");
    kernel.link("/proc/10/exe", "/usr/bin/runsv (deleted)");
    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }

  @Test
  void anOrdinaryUserTakesTheKernelsWordForWhatIsRootsAndRootDoesNot() {
    planted.program("/usr/bin/runsv", 0).process(10, 0, "/usr/bin/runsv");
    kernel.refuse("readlink", "/proc/10/exe", Errno.EACCES);

    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
    kernel.user(1000);
    assertThat(speaker()).isEqualTo(Speaker.ROOT);
    assertThat(told(10).program()).isEmpty();
  }

  @Test
  void whatHasEndedSaysNothing() {
    assertThat(speaker()).isEqualTo(Speaker.ANYBODY);
  }
}
