package inuse.core.ask;

import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFREG;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which processes work below a directory. */
final class WorkplaceSearchTest {
  private static final int PID = 10;

  private final FakeKernel kernel =
      new FakeKernel().file("/proc/10/stat", stat(12_345)).directory("/srv/a/site", 77);
  private final Host host = Host.of(kernel);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static String stat(long startTicks) {
    return "10 (a) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 " + startTicks + " 0 0\n";
  }

  private boolean isBelow(String directory) {
    Holder holder = HolderBuilder.holder(PID, "a").build();
    Directory place = host.directory(directory).orElseThrow();
    return new WorkplaceSearch(host).below(place, List.of(holder)).contains(holder.identity());
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/a, /srv/a, true",
    "/srv/a, /srv/a/site, true",
    "/srv/a, /srv/ab, false",
    "/srv/a, /srv, false",
    "/srv/a, /, false",
    "/, /, true",
    "/, /srv, true",
    "/link, /srv/a/site, true",
  })
  void belowIsThatDirectoryAndWhatIsInIt(String directory, String works, boolean below) {
    kernel.directory("/srv/ab", 78).link("/link", "/srv/a").link("/proc/10/cwd", works);

    assertThat(isBelow(directory)).isEqualTo(below);
  }

  @Test
  void aDirectoryOfTheSameNameElsewhereIsAnother() {
    kernel.directory("/container/srv/a", 99).link("/proc/10/cwd", "/container/srv/a");

    assertThat(isBelow("/srv/a")).isFalse();
    assertThat(isBelow("/container/srv")).isTrue();
  }

  @Test
  void whereAProcessWorksUnknownIsNotBelow() {
    assertThat(isBelow("/srv/a")).isFalse();

    kernel.link("/proc/10/cwd", "/srv/a").refuse("open", "/proc/10/cwd", Errno.EACCES);
    assertThat(isBelow("/srv/a")).isFalse();
  }

  @Test
  void whatCannotBeSeenAboveItIsNotBelow() {
    kernel.link("/proc/10/cwd", "/srv/a/site").refuse("open", "/srv/a", Errno.EACCES);

    assertThat(isBelow("/srv/a/site")).isTrue();
    assertThat(isBelow("/srv")).isFalse();
  }

  @Test
  void theDirectoryOfAnotherProcessWithThatPidIsNotIts() {
    kernel.link("/proc/10/cwd", "/srv/a").file("/proc/10/stat", stat(99));
    assertThat(isBelow("/srv/a")).isFalse();

    kernel.file("/proc/10/stat", "nonsense");
    assertThat(isBelow("/srv/a")).isFalse();
  }

  @Test
  void whoeverDigsForEverIsGivenUp() {
    StringBuilder deep = new StringBuilder("/srv/a");
    IntStream.range(0, 3000).forEach(i -> deep.append("/d"));
    kernel.directory(deep.toString(), 5).link("/proc/10/cwd", deep.toString());

    assertThat(isBelow("/srv/a")).isFalse();
  }

  private Optional<Workplace> place(String directory) {
    Holder holder = HolderBuilder.holder(PID, "a").directory(directory).build();
    return Optional.ofNullable(
        new WorkplaceSearch(host).of(List.of(holder)).get(holder.identity()));
  }

  private static Optional<Untrusted> text(String text) {
    return Optional.of(new Untrusted(text));
  }

  @ParameterizedTest
  @CsvSource({
    "ref: refs/heads/main, main",
    "ref: refs/heads/fix/42, fix/42",
    "0123456789abcdef0123456789abcdef01234567, 0123456",
    "ref: refs/remotes/x, ''",
    "secret, ''",
  })
  void theProjectIsTheNearestDirectoryWithAGit(String head, String branch) {
    kernel
        .directory("/srv/a/.git", 80)
        .status("/srv/a/.git", new FileStatus(S_IFDIR, 0, 80, 8, 1))
        .file("/srv/a/.git/HEAD", head + "\n")
        .link("/proc/10/cwd", "/srv/a/site");

    assertThat(place("/srv/a/site"))
        .contains(
            new Workplace(
                new Untrusted("/srv/a/site"),
                false,
                text("/srv/a"),
                branch.isEmpty() ? Optional.empty() : text(branch)));
  }

  @Test
  void aWorktreeLeadsToItsOwnHead() {
    kernel
        .status("/srv/a/.git", new FileStatus(S_IFREG, 0, 81, 8, 1))
        .file("/srv/a/.git", "gitdir: /home/alice/shop/.git/worktrees/wt\n")
        .file("/proc/10/root/home/alice/shop/.git/worktrees/wt/HEAD", "ref: refs/heads/wt\n")
        .link("/proc/10/cwd", "/srv/a/site");

    assertThat(place("/srv/a/site").orElseThrow().branch()).contains(new Untrusted("wt"));
  }

  @Test
  void withoutAGitThereIsNoProject() {
    kernel.link("/proc/10/cwd", "/srv/a/site");

    assertThat(place("/srv/a/site"))
        .contains(
            new Workplace(new Untrusted("/srv/a/site"), false, Optional.empty(), Optional.empty()));
  }

  @Test
  void aDirectoryThatIsGoneIsSaidToBeAndOneThatIsCalledSoIsNot() {
    kernel.link("/proc/10/cwd", "/srv/a/site");
    assertThat(place("/srv/a/old (deleted)").orElseThrow())
        .isEqualTo(
            new Workplace(new Untrusted("/srv/a/old"), true, Optional.empty(), Optional.empty()));

    FileStatus same = new FileStatus(S_IFDIR, 0, 90, 8, 1);
    kernel
        .directory("/srv/x (deleted)", 90)
        .link("/proc/10/cwd", "/srv/x (deleted)")
        .link("/proc/10/root", "/")
        .status("/proc/10/cwd", same)
        .status("/proc/10/root/srv/x (deleted)", same);
    assertThat(place("/srv/x (deleted)").orElseThrow().removed()).isFalse();
  }
}
