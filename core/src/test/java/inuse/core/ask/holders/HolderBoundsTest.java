package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * However many processes, descriptors and words there are, an answer has room for what it keeps.
 */
final class HolderBoundsTest {
  private final FakeKernel kernel = new FakeKernel();

  private void holds(int pid, int fds, long... inodes) {
    int fd = 3;
    for (long inode : inodes) {
      for (int i = 0; i < fds; i++) {
        kernel.link("/proc/" + pid + "/fd/" + fd++, "socket:[" + inode + "]");
      }
    }
  }

  private HolderSource.Found found(long... inodes) {
    Host host = Host.of(kernel);
    return new ProcHolders(host)
        .find(
            Set.copyOf(
                IntStream.range(0, inodes.length).mapToObj(i -> new Inode(inodes[i])).toList()),
            host.deadline());
  }

  @Test
  void aSocketKeepsSomeDescriptorsOfAProcessThatHasThousands() {
    holds(10, 100, 7);
    holds(11, 2, 7);

    HolderSource.Found found = found(7);

    assertThat(found.byPid().get(new Pid(10))).hasSize(FoundHolders.MAX_DUPLICATES);
    assertThat(found.byPid().get(new Pid(11))).hasSize(2);
    assertThat(found.gaps())
        .singleElement()
        .satisfies(gap -> {
          assertThat(gap.what()).isEqualTo("84 more descriptors of these sockets");
          assertThat(gap.why()).isEqualTo(Reading.Why.TOO_MANY);
        });
  }

  @Test
  void processesBeyondTheBoundAreCounted() {
    for (int pid = 10; pid < 10 + FoundHolders.MAX_PROCESSES + 3; pid++) {
      holds(pid, 1, 7);
    }

    HolderSource.Found found = found(7);

    assertThat(found.byPid()).hasSize(FoundHolders.MAX_PROCESSES);
    assertThat(found.gaps())
        .extracting(Gap::what)
        .containsExactly("3 more processes of these sockets");
  }

  @Test
  void noSocketLosesItsOnlyHolderToThoseOfOthers() {
    int last = 10 + FoundHolders.MAX_PROCESSES + 3;
    for (int pid = 10; pid < last; pid++) {
      holds(pid, 1, 7);
    }
    holds(last, 1, 7, 8);

    HolderSource.Found found = found(7, 8);

    assertThat(found.byPid().get(new Pid(last)))
        .extracting(Holder.OpenSocket::inode)
        .containsExactly(new Inode(8));
  }

  @Test
  void processesThatShareManySocketsDoNotMultiplyThem() {
    long[] inodes = IntStream.range(100, 1100).mapToLong(i -> i).toArray();
    for (int pid = 10; pid < 40; pid++) {
      holds(pid, 1, inodes);
    }

    HolderSource.Found found = found(inodes);

    assertThat(found.byPid().values().stream().mapToInt(List::size).sum())
        .isEqualTo(FoundHolders.MAX_DESCRIPTORS);
    assertThat(found.gaps())
        .extracting(Gap::what)
        .containsExactly("10000 more descriptors of these sockets");
  }

  @Test
  void theDeadlineHoldsInTheMiddleOfAProcessToo() {
    for (int fd = 0; fd < 20_000; fd++) {
      kernel.link("/proc/10/fd/" + fd, "/dev/null");
    }
    kernel.beforeOpen("/proc/10/fd", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    assertThat(found(7).gaps()).extracting(Gap::why).containsExactly(Reading.Why.TIMED_OUT);
  }

  @Test
  void argumentsAndPathsAreKeptWhileThereIsRoom() {
    SharedFacts shared = new SharedFacts();
    Reading<List<Untrusted>> long1 = Reading.known(List.of(new Untrusted("a".repeat(4096))));
    Reading<Untrusted> path = Reading.known(new Untrusted("/b"));
    int kept = 0;
    while (shared.leftOut().isEmpty()) {
      kept += shared.arguments(long1).equals(long1) ? 1 : 0;
    }

    assertThat(kept).isEqualTo(SharedFacts.MAX_BYTES / (4096 + 32));
    assertThat(shared.arguments(long1)).isEqualTo(Reading.unknown(Reading.Why.TOO_MANY));
    assertThat(shared.path(path)).isEqualTo(path);
    assertThat(shared.leftOut().map(Gap::what))
        .contains("arguments and paths of processes, 2 of them");
  }

  @Test
  void argumentsWithoutALetterTakeRoomToo() {
    SharedFacts shared = new SharedFacts();
    Reading<List<Untrusted>> empty = Reading.known(Collections.nCopies(4096, new Untrusted("")));
    for (int i = 0; i < SharedFacts.MAX_BYTES / (4096 * 32); i++) {
      assertThat(shared.arguments(empty)).isEqualTo(empty);
    }

    assertThat(shared.arguments(empty)).isEqualTo(Reading.unknown(Reading.Why.TOO_MANY));
  }

  @Test
  void aControlGroupThatManyShareIsKeptOnce() {
    SharedFacts shared = new SharedFacts();

    assertThat(shared.group("/a")).isSameAs(shared.group(new String("/a")));
    assertThat(shared.leftOut()).isEqualTo(Optional.empty());
  }
}
